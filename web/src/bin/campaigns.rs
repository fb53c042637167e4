//! The module of the campaigns.

fn main() {
    septet_web::campaigns();
}
