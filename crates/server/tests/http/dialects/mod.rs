//! The five contracts, each as its application's front end would talk.

mod clinic;
mod counselling;
mod identifiers;
mod marketplace;
mod practice;
mod telehealth;
mod together;
