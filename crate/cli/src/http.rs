use std::io::Read;
use std::time::Duration;

use spotcheck_pack::fetch::{
    Announced, Answer, Body, FetchError, Host, content_range, linked_hash, strong_tag,
};
use ureq::http::{HeaderMap, StatusCode, Uri};

/// Hosts of checkpoints send on to a content network; more than this many times is a loop.
const MOST_REDIRECTS: usize = 8;
/// Losses in a row after which fetching is given up.
const LOSSES_BORNE: u32 = 6;
const AT_A_TIME: usize = 1 << 18;

/// HTTP and HTTPS.
pub struct Http(ureq::Agent);

impl Http {
    pub fn new() -> Self {
        let config = ureq::Agent::config_builder()
            // The hash that Hugging Face announces stands in the answer that sends on: these are read one by one.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(30)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            .build();
        Self(config.into())
    }
}

#[async_trait::async_trait(?Send)]
impl Host for Http {
    async fn open(&self, url: &str, from: u64, tag: Option<&str>) -> Result<Answer, FetchError> {
        let lost = |error: ureq::Error| FetchError::Lost { url: url.into(), message: error.to_string() };
        let mut announced = Announced { url: url.into(), ..Announced::default() };
        let mut address = url.to_owned();
        for _ in 0..MOST_REDIRECTS {
            let mut request = self.0.get(&address).header("accept-encoding", "identity");
            if from > 0 {
                request = request.header("range", format!("bytes={from}-"));
            }
            if let Some(tag) = tag.filter(|_| from > 0) {
                request = request.header("if-range", tag);
            }
            let response = request.call().map_err(lost)?;
            let (status, headers) = (response.status(), response.headers());
            announced.sha256 = announced.sha256.or_else(|| linked_hash(text(headers, "x-linked-etag")?));
            if status.is_redirection() {
                address = text(headers, "location")
                    .and_then(|to| resolved(&address, to))
                    .ok_or_else(|| FetchError::Status { url: url.into(), status: status.as_u16() })?;
                continue;
            }
            let (from, size) = match status {
                StatusCode::OK => (0, text(headers, "content-length").and_then(|size| size.parse().ok())),
                StatusCode::PARTIAL_CONTENT => {
                    let range = text(headers, "content-range").and_then(content_range);
                    let (from, size) = range.ok_or_else(|| FetchError::Lost {
                        url: url.into(),
                        message: "the server does not say which bytes it sends".into(),
                    })?;
                    (from, size)
                }
                _ => return Err(FetchError::Status { url: url.into(), status: status.as_u16() }),
            };
            announced.size = size;
            announced.tag = text(headers, "etag").and_then(|tag| strong_tag(tag.to_owned()));
            let body = Stream { url: url.into(), reader: Box::new(response.into_body().into_reader()) };
            return Ok(Answer { announced, from, body: Box::new(body) });
        }
        Err(FetchError::Lost { url: url.into(), message: "the server sends on in a circle".into() })
    }

    async fn wait(&self, lost: u32) -> bool {
        if lost >= LOSSES_BORNE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(250 << lost));
        true
    }
}

struct Stream {
    url: String,
    reader: Box<dyn Read>,
}

#[async_trait::async_trait(?Send)]
impl Body for Stream {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        let mut bytes = vec![0; AT_A_TIME];
        match self.reader.read(&mut bytes) {
            Ok(0) => Ok(None),
            Ok(length) => {
                bytes.truncate(length);
                Ok(Some(bytes))
            }
            Err(e) => Err(FetchError::Lost { url: self.url.clone(), message: e.to_string() }),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Where a redirect from `address` leads: to another address, or to another path of the same host. Never from HTTPS
/// to HTTP.
fn resolved(address: &str, to: &str) -> Option<String> {
    if to.starts_with('/') && !to.starts_with("//") {
        let from: Uri = address.parse().ok()?;
        return Some(format!("{}://{}{to}", from.scheme_str()?, from.authority()?));
    }
    let secure = address.starts_with("https://");
    (to.starts_with("https://") || (!secure && to.starts_with("http://"))).then(|| to.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_keep_to_https() {
        let to = |from: &str, to: &str| resolved(from, to);
        assert_eq!(to("https://a.b/c/d", "/e?f").as_deref(), Some("https://a.b/e?f"));
        assert_eq!(to("https://a.b/c", "https://d.e/f").as_deref(), Some("https://d.e/f"));
        assert_eq!(to("https://a.b/c", "http://d.e/f"), None);
        assert_eq!(
            to("http://127.0.0.1:9/c", "http://127.0.0.1:9/f").as_deref(),
            Some("http://127.0.0.1:9/f")
        );
        assert_eq!(to("https://a.b/c", "//d.e/f"), None);
    }
}
