//! The sandbox from outside: started as Septet starts it, spoken to over real HTTP.

mod control;
mod crm;
mod judge;
mod lists;
mod nrs;
mod pages;
mod reports;
mod schema;
mod sign_in;
mod start;
mod support;
mod voice;
mod witness;
