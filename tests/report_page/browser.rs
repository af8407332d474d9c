//! A headless browser, driven over plain HTTP by the WebDriver protocol.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// A browser with one page. Closed when dropped.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: PathBuf,
}

impl Browser {
    /// Opens a browser; nothing where none is installed, which is only told unless
    /// `FUNDGAP_REQUIRE_BROWSER` asks for one.
    pub fn open(name: &str) -> Option<Self> {
        let found = Self::begin(name);
        if found.is_none() {
            assert!(
                std::env::var_os("FUNDGAP_REQUIRE_BROWSER").is_none(),
                "FUNDGAP_REQUIRE_BROWSER is set, and no chromium with its chromedriver could be started"
            );
            eprintln!("no chromium with its chromedriver is installed: {name} was not tried in a browser");
        }
        found
    }

    fn begin(name: &str) -> Option<Self> {
        let profile = std::env::temp_dir().join(format!("fundgap-browser-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&profile).ok()?;
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let lines = BufReader::new(driver.stdout.take()?).lines().map_while(Result::ok);
        let said = lines.take(20).find(|line| line.contains("started successfully on port"))?;
        let port = said.rsplit(' ').next()?.trim_end_matches('.').parse().ok()?;
        let mut browser = Self { driver, port, session: String::new(), profile };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            &format!("--user-data-dir={}", browser.profile.display()),
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } });
        let begun = browser.send("POST", "/session", &wanted);
        browser.session = begun["sessionId"].as_str()?.to_owned();
        Some(browser)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect(("localhost", self.port)).expect("the driver listens");
        stream.set_read_timeout(Some(Duration::from_secs(300))).expect("a timeout");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("the driver reads");
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).expect("the driver answers") == 0 || line.trim().is_empty() {
                break;
            }
            if let Some(said) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = said.trim().parse().expect("a length");
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).expect("the whole answer");
        serde_json::from_slice::<Value>(&answer).expect("JSON")["value"].take()
    }

    fn ask(&self, path: &str, body: &Value) -> Value {
        let answer = self.send("POST", &format!("/session/{}{path}", self.session), body);
        assert!(answer.get("error").is_none(), "{path}: {answer}");
        answer
    }

    /// Opens a file, with what stands behind its name in the address.
    pub fn go(&self, file: &Path, behind: &str) {
        self.ask("/url", &json!({ "url": "about:blank" }));
        self.ask("/url", &json!({ "url": format!("file://{}{behind}", file.display()) }));
    }

    /// The value of a script's `return`.
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        self.ask("/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Types into the element that a selector finds.
    pub fn keys(&self, selector: &str, text: &str) {
        let found = self.ask("/element", &json!({ "using": "css selector", "value": selector }));
        let id =
            found.as_object().and_then(|o| o.values().next()).and_then(Value::as_str).expect("an element").to_owned();
        self.ask(&format!("/element/{id}/value"), &json!({ "text": text }));
    }

    /// Makes the window so wide, as a phone is.
    pub fn width(&self, width: u32) {
        let metrics = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": true });
        self.ask("/goog/cdp/execute", &json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": metrics }));
    }

    /// The page as it is printed, with the sizes of paper that its style sheet asks for: a PDF, byte by byte.
    pub fn print(&self) -> Vec<u8> {
        let params = json!({ "preferCSSPageSize": true, "printBackground": true });
        let printed = self.ask("/goog/cdp/execute", &json!({ "cmd": "Page.printToPDF", "params": params }));
        from_base64(printed["data"].as_str().expect("a document"))
    }

    /// Shows the page as it is printed on paper so many pixels wide, or as on a screen again.
    pub fn as_printed(&self, width: Option<u32>) {
        let media = json!({ "media": if width.is_some() { "print" } else { "" } });
        self.ask("/goog/cdp/execute", &json!({ "cmd": "Emulation.setEmulatedMedia", "params": media }));
        if let Some(width) = width {
            let metrics = json!({ "width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": false });
            self.ask("/goog/cdp/execute", &json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": metrics }));
        }
    }

    /// What the console was told since it was last asked.
    pub fn console(&self) -> Vec<String> {
        let all = self.ask("/se/log", &json!({ "type": "browser" }));
        all.as_array().expect("a list").iter().map(|entry| entry["message"].to_string()).collect()
    }

    /// The addresses that were asked for since it was last asked.
    pub fn requests(&self) -> Vec<String> {
        let all = self.ask("/se/log", &json!({ "type": "performance" }));
        let mut found = Vec::new();
        for entry in all.as_array().expect("a list") {
            let said: Value = serde_json::from_str(entry["message"].as_str().expect("text")).expect("JSON");
            if said["message"]["method"] == "Network.requestWillBeSent" {
                found.push(said["message"]["params"]["request"]["url"].as_str().expect("an address").to_owned());
            }
        }
        found
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            self.send("DELETE", &format!("/session/{}", self.session), &json!({}));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        // Only what the browser itself left there.
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// The bytes of a text in base64.
fn from_base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let value = LETTERS.iter().position(|known| *known == letter).expect("base64");
        held = held << 6 | u32::try_from(value).expect("six bits");
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).expect("eight bits"));
        }
    }
    bytes
}
