//! Bodies that drip: whoever sends one byte at a time holds a connection and memory for nothing.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt;
use futures_util::stream::try_unfold;
use tokio::time::{Instant, timeout_at};

/// A body is there after this long, and for what it has got so far after so much more: the slowest line that is waited for
/// carries 4 kB a second.
const GRACE: Duration = Duration::from_secs(20);
const LEAST_A_SECOND: u64 = 4 * 1024;

/// The body did not come in time.
#[derive(Debug, thiserror::Error)]
#[error("the body comes too slowly")]
struct TooSlow;

/// Lets a body take only so long as a whole.
pub async fn limit(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    next.run(request.map(|body| paced(body, Instant::now() + GRACE))).await
}

fn paced(body: Body, first: Instant) -> Body {
    let begun = (body.into_data_stream(), 0);
    Body::from_stream(try_unfold(begun, move |(mut body, received)| async move {
        let deadline = first + Duration::from_secs(received / LEAST_A_SECOND);
        match timeout_at(deadline, body.next()).await {
            Ok(Some(bytes)) => {
                let bytes = bytes?;
                let received = received + bytes.len() as u64;
                Ok(Some((bytes, (body, received))))
            }
            Ok(None) => Ok(None),
            Err(_) => Err(axum::Error::new(TooSlow)),
        }
    }))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use futures_util::stream::{iter, pending};

    use super::*;

    #[tokio::test]
    async fn a_body_that_is_there_passes_as_it_is() {
        let parts = ["a", "", "bc"].map(Ok::<_, std::io::Error>);
        let body = paced(Body::from_stream(iter(parts)), Instant::now() + GRACE);
        assert_eq!(to_bytes(body, 10).await.unwrap(), "abc");
    }

    #[tokio::test]
    async fn a_body_that_drips_ends_though_bytes_keep_coming() {
        let came = iter(["a"].map(Ok::<_, std::io::Error>));
        let body = paced(Body::from_stream(came.chain(pending())), Instant::now());
        let refused = to_bytes(body, 10).await.unwrap_err();
        assert!(refused.to_string().contains("too slowly"), "{refused}");
    }

    #[tokio::test]
    async fn what_has_come_gives_time_for_more() {
        let large = vec![0; 1024 * 1024];
        let came = iter([Ok::<_, std::io::Error>(large)]);
        let late = iter([async { Ok(b"x".to_vec()) }]).then(|it| it);
        let body = paced(Body::from_stream(came.chain(late)), Instant::now());
        assert_eq!(to_bytes(body, usize::MAX).await.unwrap().len(), 1024 * 1024 + 1);
    }
}
