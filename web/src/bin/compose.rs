//! The module of the composer.

fn main() {
    septet_web::compose();
}
