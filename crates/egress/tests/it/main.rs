//! The way out, against a real name server and real TLS hosts. "No fetch" means that neither was
//! asked anything.

mod addresses;
mod answers;
mod cache;
mod certificates;
mod deadline;
mod fixture;
mod freshness;
mod refetch;
mod request;
mod single_flight;
mod turns;
mod urls;
