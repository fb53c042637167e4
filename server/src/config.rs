//! What the operator sets: flags and environment variables, parsed once at the start.

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroU32;

use clap::Args;
use url::Url;

use crate::abroad::Abroad;
use crate::database::DatabaseArgs;

/// `septet serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address to listen on.
    #[arg(long, env = "SEPTET_LISTEN", default_value = "127.0.0.1:8360")]
    pub(crate) listen: SocketAddr,

    /// Address to answer Prometheus on, at /metrics; nobody has to sign in there.
    #[arg(long, env = "SEPTET_METRICS_LISTEN")]
    pub(crate) metrics_listen: Option<SocketAddr>,

    /// How browsers, phones and 360nrs reach this server; short links begin with it.
    #[arg(long, env = "SEPTET_PUBLIC_URL")]
    pub(crate) public_url: Option<Url>,

    /// Where short links and unsubscribe links begin, if not there: a host of its own that
    /// leads to this server.
    #[arg(long, env = "SEPTET_LINK_URL")]
    pub(crate) link_url: Option<Url>,

    #[command(flatten)]
    pub(crate) database: DatabaseArgs,

    /// Most parts of one message.
    #[arg(long, env = "SEPTET_MAX_PARTS", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=10))]
    pub(crate) max_parts: u8,

    /// Messages of one HubSpot account in a second, over all servers; 0 for as many as go.
    #[arg(long, env = "SEPTET_RATE", default_value_t = 100)]
    pub(crate) rate: u32,

    /// Parts that one HubSpot account may send in a day (UTC); 0 for any number.
    #[arg(long, env = "SEPTET_DAILY_PARTS", default_value_t = 0)]
    pub(crate) daily_parts: u64,

    /// Days after which names, numbers and texts of a campaign that has ended are erased;
    /// 0 to keep them.
    #[arg(long, env = "SEPTET_RETAIN_DAYS", default_value_t = 0)]
    pub(crate) retain_days: u32,

    /// Most megabytes of a file of recipients.
    #[arg(long, env = "SEPTET_MAX_IMPORT_MB", default_value_t = 200)]
    pub(crate) max_import_mb: u32,

    /// Country of numbers without a prefix, until the composer says another.
    #[arg(long, env = "SEPTET_COUNTRY", default_value = "PT", value_parser = country)]
    pub(crate) country: septet_core::phone::Country,

    /// Ids of the HubSpot accounts that may sign in, separated by commas.
    #[arg(
        long,
        env = "SEPTET_HUBSPOT_PORTALS",
        default_value = "",
        hide_default_value = true,
        value_parser = portals
    )]
    pub(crate) hubspot_portals: BTreeSet<u64>,

    /// Stand-ins for 360nrs and HubSpot instead of the real ones, on this machine only.
    #[arg(long)]
    pub(crate) sandbox: bool,

    /// Address of the stand-ins.
    #[arg(long, default_value = "127.0.0.1:8361", requires = "sandbox")]
    pub(crate) sandbox_listen: SocketAddr,

    /// 32 bytes in base64 that seal secrets at rest.
    #[arg(long, env = "SEPTET_KEY", hide = true, hide_env_values = true)]
    pub(crate) key: Option<Secret>,

    /// The HubSpot app.
    #[arg(long, env = "SEPTET_HUBSPOT_CLIENT_ID", hide = true)]
    pub(crate) hubspot_client_id: Option<String>,

    /// Its secret.
    #[arg(
        long,
        env = "SEPTET_HUBSPOT_CLIENT_SECRET",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) hubspot_client_secret: Option<Secret>,

    /// HubSpot's API.
    #[arg(
        long,
        env = "SEPTET_HUBSPOT_API_URL",
        hide = true,
        default_value = "https://api.hubapi.com"
    )]
    pub(crate) hubspot_api_url: Url,

    /// Where people connect.
    #[arg(
        long,
        env = "SEPTET_HUBSPOT_AUTHORIZE_URL",
        hide = true,
        default_value = "https://app.hubspot.com/oauth/authorize"
    )]
    pub(crate) hubspot_authorize_url: Url,

    /// 360nrs, or another brand of the same platform.
    #[arg(
        long,
        env = "SEPTET_NRS_URL",
        hide = true,
        default_value = "https://dashboard.360nrs.com/api/rest"
    )]
    pub(crate) nrs_url: Url,

    /// User of the 360nrs API, for HubSpot accounts that have given no credentials of their own.
    #[arg(long, env = "SEPTET_NRS_USERNAME", hide = true)]
    pub(crate) nrs_username: Option<String>,

    /// Its API password.
    #[arg(long, env = "SEPTET_NRS_PASSWORD", hide = true, hide_env_values = true)]
    pub(crate) nrs_password: Option<Secret>,
}

fn country(code: &str) -> Result<septet_core::phone::Country, String> {
    septet_core::phone::Country::from_code(code)
        .ok_or_else(|| format!("no country has the code {code:?}; it is written as in PT"))
}

fn portals(list: &str) -> Result<BTreeSet<u64>, String> {
    let ids = list.split(',').map(str::trim).filter(|id| !id.is_empty());
    ids.map(|id| {
        id.parse()
            .map_err(|_| format!("{id:?} is no HubSpot account id; those are numbers"))
    })
    .collect()
}

/// What nobody may read in a log.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(secret)")
    }
}

/// Everything that the running server needs to know, complete and consistent.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// Without a slash at the end.
    pub(crate) public_url: String,
    /// Where links begin; the same unless they have a host of their own.
    pub(crate) link_url: String,
    /// Which addresses that people name may be asked.
    pub(crate) abroad: Abroad,
    pub(crate) max_parts: u8,
    /// Messages of one account in a second; `None`: as many as go.
    pub(crate) rate: Option<NonZeroU32>,
    /// Parts of one account in a day; 0: any number.
    pub(crate) daily_parts: u64,
    /// Days until a campaign that has ended is erased; `None`: it is kept.
    pub(crate) retain_days: Option<NonZeroU32>,
    /// Most bytes of a file of recipients.
    pub(crate) max_import: u64,
    pub(crate) country: septet_core::phone::Country,
    pub(crate) hubspot: HubspotConfig,
    pub(crate) nrs: NrsConfig,
    /// The handset, when the stand-ins are used.
    pub(crate) handset_url: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct HubspotConfig {
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    /// Without a slash at the end.
    pub(crate) api_url: String,
    pub(crate) authorize_url: Url,
    pub(crate) portals: Portals,
}

/// HubSpot accounts that may sign in: each of them spends the operator's credit at 360nrs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Portals {
    /// Whichever comes; nothing but the sandbox's credit is spent.
    All,
    Only(BTreeSet<u64>),
}

impl Portals {
    pub(crate) fn allow(&self, portal: u64) -> bool {
        match self {
            Self::All => true,
            Self::Only(portals) => portals.contains(&portal),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct NrsConfig {
    /// Without a slash at the end.
    pub(crate) url: String,
    /// The operator's, for accounts that have given none of their own.
    pub(crate) credentials: Option<NrsCredentials>,
}

#[derive(Debug, Clone)]
pub(crate) struct NrsCredentials {
    pub(crate) username: String,
    pub(crate) password: Secret,
}

/// Why the server does not start with these settings.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("{0} is not set; see docs/CONFIGURATION.md, or try `septet serve --sandbox`")]
    Missing(&'static str),
    #[error(
        "SEPTET_HUBSPOT_PORTALS names no HubSpot account: list the ids of those that may sign in and \
         spend your credit at 360nrs; see docs/CONFIGURATION.md, or try `septet serve --sandbox`"
    )]
    NoPortals,
    #[error("the URL {0} must be https, or http on this machine")]
    Insecure(Url),
    #[error("the URL {0} must end after the host: Septet answers at the root of its own host")]
    NotARoot(Url),
    #[error(
        "--sandbox and {0} do not go together: the sandbox never stands beside real credentials"
    )]
    RealCredentials(&'static str),
    #[error("the sandbox is for this machine only, not for {0}")]
    NotLocal(String),
}

/// The root of a host that is reached by HTTPS, or is this machine; without a slash at the end.
fn root(url: &Url) -> Result<String, ConfigError> {
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(ConfigError::NotARoot(url.clone()));
    }
    if url.scheme() != "https" && !(url.scheme() == "http" && is_local(url)) {
        return Err(ConfigError::Insecure(url.clone()));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

impl ServeArgs {
    /// How this server is reached, without a slash at the end.
    pub(crate) fn public_url(&self, listening: SocketAddr) -> Result<String, ConfigError> {
        match &self.public_url {
            Some(url) => root(url),
            None => Ok(format!("http://localhost:{}", listening.port())),
        }
    }

    /// Where links begin, without a slash at the end.
    fn link_url(&self, public_url: &str) -> Result<String, ConfigError> {
        match &self.link_url {
            Some(url) => root(url),
            None => Ok(public_url.to_owned()),
        }
    }

    /// The settings of a real deployment.
    pub(crate) fn real(&self, public_url: String) -> Result<Config, ConfigError> {
        Ok(Config {
            link_url: self.link_url(&public_url)?,
            abroad: Abroad::Public,
            public_url,
            max_parts: self.max_parts,
            rate: NonZeroU32::new(self.rate),
            daily_parts: self.daily_parts,
            retain_days: NonZeroU32::new(self.retain_days),
            max_import: u64::from(self.max_import_mb) * 1_000_000,
            country: self.country,
            hubspot: HubspotConfig {
                client_id: needed(&self.hubspot_client_id, "SEPTET_HUBSPOT_CLIENT_ID")?,
                client_secret: needed(&self.hubspot_client_secret, "SEPTET_HUBSPOT_CLIENT_SECRET")?,
                api_url: bare(&self.hubspot_api_url),
                authorize_url: self.hubspot_authorize_url.clone(),
                portals: self.portals().ok_or(ConfigError::NoPortals)?,
            },
            nrs: NrsConfig {
                url: bare(&self.nrs_url),
                credentials: self.nrs_credentials()?,
            },
            handset_url: None,
        })
    }

    /// Both, or neither.
    fn nrs_credentials(&self) -> Result<Option<NrsCredentials>, ConfigError> {
        if self.nrs_username.is_none() && self.nrs_password.is_none() {
            return Ok(None);
        }
        Ok(Some(NrsCredentials {
            username: needed(&self.nrs_username, "SEPTET_NRS_USERNAME")?,
            password: needed(&self.nrs_password, "SEPTET_NRS_PASSWORD")?,
        }))
    }

    /// Those that are named, if any are.
    fn portals(&self) -> Option<Portals> {
        (!self.hubspot_portals.is_empty()).then(|| Portals::Only(self.hubspot_portals.clone()))
    }

    /// Refuses the sandbox anywhere near the real thing.
    pub(crate) fn allow_sandbox(&self) -> Result<(), ConfigError> {
        let real = [
            ("SEPTET_KEY", self.key.is_some()),
            ("SEPTET_DATABASE_URL", self.database.database_url.is_some()),
            ("SEPTET_HUBSPOT_CLIENT_ID", self.hubspot_client_id.is_some()),
            (
                "SEPTET_HUBSPOT_CLIENT_SECRET",
                self.hubspot_client_secret.is_some(),
            ),
            ("SEPTET_NRS_USERNAME", self.nrs_username.is_some()),
            ("SEPTET_NRS_PASSWORD", self.nrs_password.is_some()),
        ];
        if let Some((name, _)) = real.into_iter().find(|(_, set)| *set) {
            return Err(ConfigError::RealCredentials(name));
        }
        let listens = [Some(self.listen), self.metrics_listen];
        let mut listens = listens.into_iter().flatten();
        if let Some(public) = listens.find(|address| !address.ip().is_loopback()) {
            return Err(ConfigError::NotLocal(public.to_string()));
        }
        match &self.public_url {
            Some(url) if !is_local(url) => Err(ConfigError::NotLocal(url.to_string())),
            _ => Ok(()),
        }
    }

    /// The settings that point at the stand-ins.
    pub(crate) fn sandboxed(
        &self,
        public_url: String,
        sandbox_url: &str,
    ) -> Result<Config, ConfigError> {
        let authorize = format!("{sandbox_url}/hubspot/oauth/authorize");
        Ok(Config {
            link_url: self.link_url(&public_url)?,
            abroad: Abroad::Here,
            public_url,
            max_parts: self.max_parts,
            rate: NonZeroU32::new(self.rate),
            daily_parts: self.daily_parts,
            retain_days: NonZeroU32::new(self.retain_days),
            max_import: u64::from(self.max_import_mb) * 1_000_000,
            country: self.country,
            hubspot: HubspotConfig {
                client_id: septet_sandbox::HUBSPOT_CLIENT_ID.to_owned(),
                client_secret: septet_sandbox::HUBSPOT_CLIENT_SECRET.into(),
                api_url: format!("{sandbox_url}/hubspot"),
                authorize_url: Url::parse(&authorize)
                    .map_err(|_| ConfigError::NotLocal(authorize))?,
                portals: self.portals().unwrap_or(Portals::All),
            },
            nrs: NrsConfig {
                url: format!("{sandbox_url}/nrs/api/rest"),
                credentials: Some(NrsCredentials {
                    username: septet_sandbox::NRS_USERNAME.to_owned(),
                    password: septet_sandbox::NRS_PASSWORD.into(),
                }),
            },
            handset_url: Some(format!("{sandbox_url}/handset")),
        })
    }
}

fn needed<T: Clone>(value: &Option<T>, name: &'static str) -> Result<T, ConfigError> {
    value.clone().ok_or(ConfigError::Missing(name))
}

fn bare(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        serve: ServeArgs,
    }

    fn serve(flags: &[&str]) -> ServeArgs {
        Line::parse_from(["serve"].iter().chain(flags)).serve
    }

    #[test]
    fn the_sandbox_refuses_real_credentials_and_public_addresses() {
        for flags in [
            &["--nrs-username", "shop"][..],
            &["--nrs-password", "x"],
            &["--hubspot-client-id", "x"],
            &["--hubspot-client-secret", "x"],
            &["--key", "x"],
            &["--database-url", "postgres://x"],
            &["--listen", "0.0.0.0:8360"],
            &["--metrics-listen", "0.0.0.0:8362"],
            &["--public-url", "https://sms.example"],
        ] {
            assert!(serve(flags).allow_sandbox().is_err(), "{flags:?}");
        }
        assert!(serve(&[]).allow_sandbox().is_ok());
        assert!(
            serve(&["--public-url", "http://localhost:9"])
                .allow_sandbox()
                .is_ok()
        );
    }

    #[test]
    fn a_public_url_without_encryption_is_for_this_machine_only() {
        let listening = SocketAddr::from(([127, 0, 0, 1], 8360));
        let url = |flags: &[&str]| serve(flags).public_url(listening);
        assert_eq!(url(&[]).unwrap(), "http://localhost:8360");
        assert_eq!(
            url(&["--public-url", "https://sms.example/"]).unwrap(),
            "https://sms.example"
        );
        for refused in [
            "http://sms.example",
            "ftp://localhost",
            "https://sms.example/septet",
            "https://sms.example/?a=b",
        ] {
            assert!(url(&["--public-url", refused]).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_real_deployment_needs_every_credential() {
        let missing = serve(&[]).real("https://sms.example".into());
        assert!(matches!(missing, Err(ConfigError::Missing(_))));
    }

    #[test]
    fn accounts_may_have_to_bring_their_own_credentials_of_360nrs() {
        let hubspot = [
            "--hubspot-client-id=x",
            "--hubspot-client-secret=x",
            "--hubspot-portals=1",
        ];
        let real = |more: &[&str]| {
            let flags: Vec<&str> = hubspot.iter().chain(more).copied().collect();
            serve(&flags).real("https://sms.example".into())
        };
        assert!(real(&[]).unwrap().nrs.credentials.is_none());
        let both = real(&["--nrs-username=x", "--nrs-password=x"]);
        assert!(both.unwrap().nrs.credentials.is_some());
        let half = real(&["--nrs-username=x"]);
        assert!(matches!(
            half,
            Err(ConfigError::Missing("SEPTET_NRS_PASSWORD"))
        ));
    }

    #[test]
    fn a_real_deployment_names_the_accounts_that_may_spend_its_credit() {
        let real = |portals: &str| {
            let credentials = [
                "--hubspot-client-id=x",
                "--hubspot-client-secret=x",
                "--nrs-username=x",
                "--nrs-password=x",
            ];
            let portals = format!("--hubspot-portals={portals}");
            let flags: Vec<&str> = credentials.into_iter().chain([portals.as_str()]).collect();
            serve(&flags).real("https://sms.example".into())
        };
        for none in ["", " , "] {
            let refused = real(none).unwrap_err();
            assert!(matches!(refused, ConfigError::NoPortals), "{refused}");
        }
        let portals = real("12, 34").unwrap().hubspot.portals;
        assert!(portals.allow(12) && portals.allow(34) && !portals.allow(1234));
        let unreadable = Line::try_parse_from(["serve", "--hubspot-portals", "12;34"]);
        assert!(unreadable.is_err());
    }

    #[test]
    fn the_sandbox_takes_every_account_unless_some_are_named() {
        let sandboxed = |flags: &[&str]| {
            let url = "http://localhost:8360".to_owned();
            let config = serve(flags).sandboxed(url, "http://localhost:8361");
            config.unwrap().hubspot.portals
        };
        assert!(sandboxed(&[]).allow(12));
        assert!(!sandboxed(&["--hubspot-portals", "34"]).allow(12));
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let shown = format!("{:?}", serve(&["--nrs-password", "hunter2"]));
        assert!(!shown.contains("hunter2"));
    }
}
