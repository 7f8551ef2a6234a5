//! A site's own wishes about visitors like us (RFC 9309): which paths stay unread and how long to wait in between.
//!
//! Fetching and remembering `robots.txt` is `fetch`'s business; here its text becomes rules. Deliberately absent:
//! `<meta name="robots">`, which speaks about listing a page in a search engine, not about reading it.

use std::time::Duration;

use texting_robots::Robot;
use url::Url;

/// The name sites address us by in `robots.txt`.
pub const AGENT: &str = "AutoReach";

/// Most bytes of a `robots.txt`; RFC 9309 asks for at least 500 KiB.
pub(crate) const LARGEST_ROBOTS: usize = 512 * 1024;

/// Most rules ending in `$`, each of which costs a compiled pattern. Real files have a few dozen.
const MOST_ANCHORED_RULES: usize = 1_000;

/// What a site wishes.
pub(crate) struct Rules {
    /// `None` when everything is allowed.
    robot: Option<Robot>,
    /// The pause the site asks for between two requests.
    pub(crate) crawl_delay: Option<Duration>,
}

impl Rules {
    /// A site without wishes.
    pub(crate) fn allow_all() -> Self {
        Self { robot: None, crawl_delay: None }
    }

    /// Reads a `robots.txt`. `None` when it is too hostile to be read.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let anchored = text.iter().filter(|&&byte| byte == b'$').count();
        if anchored > MOST_ANCHORED_RULES {
            return None;
        }
        let robot = Robot::new(AGENT, text).ok()?;
        let crawl_delay = robot.delay.and_then(|seconds| Duration::try_from_secs_f32(seconds).ok());
        Some(Self { robot: Some(robot), crawl_delay })
    }

    /// Whether the page at `url` may be read.
    pub(crate) fn allow(&self, url: &Url) -> bool {
        self.robot.as_ref().is_none_or(|robot| robot.allowed(url.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(robots: &str, path: &str, is_allowed: bool) {
        let rules = Rules::parse(robots.as_bytes()).unwrap();
        let url = Url::parse("https://acme.example").unwrap().join(path).unwrap();
        assert_eq!(rules.allow(&url), is_allowed, "{path} by:\n{robots}");
    }

    #[test]
    fn a_group_for_us_outweighs_the_group_for_all() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-agent: AutoReach\nDisallow: /private/";
        check(robots, "/about", true);
        check(robots, "/private/x", false);
    }

    #[test]
    fn the_group_for_all_counts_when_we_are_not_named() {
        let robots = "User-agent: OtherBot\nDisallow: /\n\nUser-agent: *\nDisallow: /cart";
        check(robots, "/about", true);
        check(robots, "/cart/1", false);
    }

    #[test]
    fn the_longest_rule_wins_and_allow_wins_a_tie() {
        let robots = "User-agent: *\nDisallow: /docs/\nAllow: /docs/public/\nDisallow: /tie\nAllow: /tie";
        check(robots, "/docs/secret", false);
        check(robots, "/docs/public/a", true);
        check(robots, "/tie", true);
    }

    #[test]
    fn wildcards_and_line_ends_are_understood() {
        let robots = "User-agent: *\nDisallow: /*.pdf$\nDisallow: /*?session=";
        check(robots, "/a.pdf", false);
        check(robots, "/a.pdf.html", true);
        check(robots, "/a?session=1", false);
    }

    #[test]
    fn our_name_is_read_in_any_case_and_an_empty_rule_allows_all() {
        check("user-agent: AUTOREACH\ndisallow: /x", "/x", false);
        check("User-agent: *\nDisallow:", "/x", true);
        check("", "/x", true);
        check("<html><body>Not found</body></html>", "/x", true);
    }

    #[test]
    fn the_crawl_delay_is_read() {
        assert_eq!(Rules::parse(b"User-agent: *\nCrawl-delay: 2.5").unwrap().crawl_delay, Some(Duration::from_millis(2_500)));
        assert_eq!(Rules::parse(b"User-agent: *\nCrawl-delay: -1").unwrap().crawl_delay, None);
    }

    #[test]
    fn a_flood_of_patterns_is_not_compiled() {
        assert!(Rules::parse("Disallow: /a*b$\n".repeat(30_000).as_bytes()).is_none());
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_to_be_read(text in proptest::collection::vec(any::<u8>(), 0..400), path in "[ -~]{0,40}") {
            if let Some(rules) = Rules::parse(&text) {
                let url = Url::parse("https://acme.example/").unwrap().join(&path);
                url.map(|url| rules.allow(&url)).ok();
            }
        }
    }
}
