use serde::{Deserialize, Serialize};

/// What a picture is inspected by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Variance Vigilance Vanguard: the method of this program (Baugh et al., 2023).
    #[default]
    Vvv,
    /// Jeong et al., CVPR 2023.
    Winclip,
    /// Chen et al., VAND 2023.
    AprilGan,
}

impl Method {
    pub const ALL: [Method; 3] = [Method::Vvv, Method::Winclip, Method::AprilGan];

    /// Its name in files, links and the document: the command line's.
    pub fn name(self) -> &'static str {
        match self {
            Method::Vvv => "vvv",
            Method::Winclip => "winclip",
            Method::AprilGan => "aprilgan",
        }
    }

    /// As its authors call it.
    pub fn title(self) -> &'static str {
        match self {
            Method::Vvv => "VVV",
            Method::Winclip => "WinCLIP",
            Method::AprilGan => "APRIL-GAN",
        }
    }

    /// Whether it is this program's own.
    pub fn is_own(&self) -> bool {
        *self == Method::default()
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}
