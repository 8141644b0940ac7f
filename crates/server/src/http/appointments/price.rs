//! A price on the wire.

use openvisit_app::Error;
use openvisit_app::appointments::terms;
use openvisit_core::appointment::Price;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceBody {
    /// A decimal number, such as `49.90`, as text or as a number.
    #[schema(value_type = String)]
    pub amount: Value,
    /// ISO 4217, such as `EUR`.
    pub currency: String,
}

impl TryFrom<PriceBody> for Price {
    type Error = Error;

    fn try_from(PriceBody { amount, currency }: PriceBody) -> Result<Self, Error> {
        let amount = match amount {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            _ => return Err(terms::no_amount()),
        };
        terms::price(amount, currency)
    }
}
