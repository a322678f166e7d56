//! The ids of Azure's resources:
//! `/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/v/subnets/s`.

use super::{Part, split};

/// The id of a resource, read into its parts. Words are compared in any case,
/// as Azure does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ResourceId<'t> {
    pub(crate) subscription: Part<'t>,
    /// The resource group; what belongs to a subscription or a region has none.
    pub(crate) group: Option<Part<'t>>,
    /// The namespace of its provider, such as `Microsoft.Network`.
    pub(crate) provider: Part<'t>,
    /// The types and names that follow, the outermost first: `virtualNetworks`
    /// and its name, `subnets` and its name.
    pub(crate) names: Vec<(Part<'t>, Part<'t>)>,
}

/// Why a text is no id of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault<'t> {
    /// It does not begin with a slash.
    NoSlash,
    /// A word that should be another.
    Word { found: Part<'t>, wanted: &'static str },
    /// It ends where this was to come.
    Ends { wanted: &'static str },
    /// A name is missing between two slashes, or behind the last one.
    Empty(Part<'t>),
    /// A type stands at the end without a name.
    Nameless(Part<'t>),
}

impl<'t> ResourceId<'t> {
    /// Reads an id.
    pub(crate) fn parse(text: &'t str) -> Result<Self, Fault<'t>> {
        let mut parts = split(text, '/');
        if parts.next().is_some_and(|first| !first.text.is_empty()) {
            return Err(Fault::NoSlash);
        }
        let parts: Vec<_> = parts.collect();
        let mut parts = parts.into_iter();
        word(parts.next(), "subscriptions")?;
        let subscription = name(parts.next(), "a subscription")?;
        let mut next = parts.next();
        let mut group = None;
        if next.is_none_or(|part| !part.is("providers")) {
            word(next, "resourceGroups")?;
            group = Some(name(parts.next(), "a resource group")?);
            next = parts.next();
        }
        word(next, "providers")?;
        let provider = name(parts.next(), "a provider")?;
        let mut names = Vec::new();
        while let Some(kind) = parts.next() {
            if kind.text.is_empty() {
                return Err(Fault::Empty(kind));
            }
            let Some(named) = parts.next() else { return Err(Fault::Nameless(kind)) };
            if named.text.is_empty() {
                return Err(Fault::Empty(named));
            }
            names.push((kind, named));
        }
        if names.is_empty() {
            return Err(Fault::Ends { wanted: "a type" });
        }
        Ok(ResourceId { subscription, group, provider, names })
    }

    /// Reads the id of a resource of this provider and these types, the
    /// outermost first.
    pub(crate) fn of(
        text: &'t str,
        provider: &'static str,
        kinds: &[&'static str],
    ) -> Result<Self, Fault<'t>> {
        let id = ResourceId::parse(text)?;
        if !id.provider.is(provider) {
            return Err(Fault::Word { found: id.provider, wanted: provider });
        }
        for (place, wanted) in kinds.iter().enumerate() {
            match id.names.get(place) {
                Some((kind, _)) if kind.is(wanted) => {}
                Some((found, _)) => return Err(Fault::Word { found: *found, wanted }),
                None => return Err(Fault::Ends { wanted }),
            }
        }
        match id.names.get(kinds.len()) {
            Some((found, _)) => Err(Fault::Word { found: *found, wanted: "the end" }),
            None => Ok(id),
        }
    }

    /// Whether it is of this provider and these types, the outermost first.
    pub(crate) fn is_a(&self, provider: &str, kinds: &[&str]) -> bool {
        let types = self.names.iter().map(|(kind, _)| kind);
        self.provider.is(provider)
            && types.len() == kinds.len()
            && types.zip(kinds).all(|(kind, wanted)| kind.is(wanted))
    }

    /// The name of the part of this type.
    pub(crate) fn name_of(&self, kind: &str) -> Option<Part<'t>> {
        self.names.iter().find(|(of, _)| of.is(kind)).map(|(_, name)| *name)
    }
}

/// What the id of a resource of this provider and these types surely was to be:
/// without a host and a query around it, with one slash in front and none
/// behind, its types in the plural. `None` where more than that is wrong, or it
/// has characters that JSON escapes.
pub(crate) fn mended(text: &str, provider: &str, kinds: &[&str]) -> Option<String> {
    let mut path = text.trim();
    if let Some((_, rest)) = path.split_once("://") {
        (_, path) = rest.split_once('/')?;
    }
    path = path.split('?').next().unwrap_or_default().trim_matches('/');
    let mut id = String::with_capacity(path.len() + 2);
    let mut count = 0;
    for part in path.split('/') {
        let word = match count {
            0 => Some("subscriptions"),
            2 => Some("resourceGroups"),
            4 => Some("providers"),
            5 => Some(provider),
            _ if count % 2 == 0 => Some(*kinds.get(count / 2 - 3)?),
            _ => None,
        };
        let odd = |byte: u8| byte < b' ' || matches!(byte, b'"' | b'\\');
        if part.is_empty() || part.bytes().any(odd) {
            return None;
        }
        id.push('/');
        id.push_str(match word {
            Some(word) if !part.eq_ignore_ascii_case(word) => {
                let (front, ending) = word.split_at_checked(part.len())?;
                if !front.eq_ignore_ascii_case(part) || !matches!(ending, "s" | "es") {
                    return None;
                }
                word
            }
            _ => part,
        });
        count += 1;
    }
    (count == 6 + 2 * kinds.len()).then_some(id)
}

/// Whether it has the form of a subscription's id, as of any GUID.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether a tool is to write something in its place, or in that of a part of
/// it, before it is sent, by the notations that such tools have.
pub(crate) fn is_template(text: &str) -> bool {
    let enclosed =
        |sign: &str| text.len() > 2 * sign.len() && text.starts_with(sign) && text.ends_with(sign);
    ["${", "{{", "$(", "#{", "%("].iter().any(|sign| text.contains(sign))
        || text.starts_with('[') && text.ends_with(']')
        || enclosed("%")
        || enclosed("__")
}

fn word<'t>(part: Option<Part<'t>>, wanted: &'static str) -> Result<(), Fault<'t>> {
    match part {
        Some(part) if part.is(wanted) => Ok(()),
        Some(part) if part.text.is_empty() => Err(Fault::Empty(part)),
        Some(found) => Err(Fault::Word { found, wanted }),
        None => Err(Fault::Ends { wanted }),
    }
}

fn name<'t>(part: Option<Part<'t>>, wanted: &'static str) -> Result<Part<'t>, Fault<'t>> {
    match part {
        Some(part) if part.text.is_empty() => Err(Fault::Empty(part)),
        Some(part) => Ok(part),
        None => Err(Fault::Ends { wanted }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "/subscriptions/s1/resourceGroups/g/providers/";

    #[test]
    fn an_id_is_read_in_any_case() {
        let text = format!("{}Microsoft.Network/virtualNetworks/v/subnets/n", GROUP.to_lowercase());
        let id = ResourceId::parse(&text).expect("it is an id");
        assert!(id.is_a("microsoft.network", &["VIRTUALNETWORKS", "subnets"]));
        assert!(!id.is_a("Microsoft.Network", &["virtualNetworks"]));
        assert_eq!(id.name_of("subnets").map(|name| &text[name.range()]), Some("n"));
        assert_eq!(id.group.map(|group| group.text), Some("g"));
        assert_eq!(id.subscription.text, "s1");
    }

    #[test]
    fn what_is_of_a_subscription_has_no_group() {
        let text = "/subscriptions/s1/providers/Microsoft.Compute/locations/westus";
        let id = ResourceId::parse(text).expect("it is an id");
        assert_eq!(id.group, None);
        assert!(id.is_a("Microsoft.Compute", &["locations"]));
    }

    const SUBNET: [&str; 2] = ["virtualNetworks", "subnets"];

    #[test]
    fn an_id_of_another_type_is_a_fault() {
        let of = |rest: &str| -> Option<(String, &str)> {
            let text = format!("{GROUP}{rest}");
            match ResourceId::of(&text, "Microsoft.Network", &SUBNET) {
                Ok(_) => None,
                Err(Fault::Word { found, wanted }) => Some((found.text.to_owned(), wanted)),
                Err(Fault::Ends { wanted }) => Some((String::new(), wanted)),
                Err(other) => panic!("{other:?}"),
            }
        };
        let fault = |found: &str, wanted| Some((found.to_owned(), wanted));
        assert_eq!(of("microsoft.network/virtualnetworks/v/subnets/s"), None);
        assert_eq!(of("Microsoft.Network/virtualNetworks/v"), fault("", "subnets"));
        assert_eq!(
            of("Microsoft.Net/virtualNetworks/v"),
            fault("Microsoft.Net", "Microsoft.Network")
        );
        assert_eq!(of("Microsoft.Network/virtualNetworks/v/subnet/s"), fault("subnet", "subnets"));
        assert_eq!(of("Microsoft.Network/virtualNetworks/v/subnets/s/a/b"), fault("a", "the end"));
    }

    #[test]
    fn slips_around_an_id_are_mended() {
        let good = format!("{GROUP}Microsoft.Network/virtualNetworks/v/subnets/s");
        for slip in [
            good.clone(),
            format!("{good}/"),
            format!(" {good}"),
            good.trim_start_matches('/').to_owned(),
            format!("https://management.azure.com{good}?api-version=2024-05-01"),
            good.replace("subnets", "subnet"),
            good.replace("resourceGroups", "resourceGroup"),
        ] {
            let mended = mended(&slip, "Microsoft.Network", &SUBNET);
            assert_eq!(mended.as_deref(), Some(good.as_str()), "{slip}");
        }
        for other in [
            "",
            "s",
            "/",
            "10.0.0.0/24",
            "https://host",
            &good.replace("subnets", "nets"),
            &good.replace("/s1/", "//"),
            &good.replace("/subnets/s", ""),
            &format!("{good}/a/b"),
            &good.replace("/v/", "/v\"/"),
        ] {
            assert_eq!(mended(other, "Microsoft.Network", &SUBNET), None, "{other}");
        }
    }

    #[test]
    fn guids_and_templates_are_told_by_their_form() {
        assert!(is_guid("11111111-2222-3333-4444-5555555555AB"));
        assert!(!is_guid("11111111-2222-3333-4444-55555555555"));
        assert!(!is_guid("11111111-2222-3333-4444-5555555555xy"));
        for text in ["${ID}", "a/{{id}}/b", "$(id)", "#{id}#", "%ID%", "__ID__", "[variables('i')]"]
        {
            assert!(is_template(text), "{text}");
        }
        for text in ["", "%", "__", "a/<id>/b", "{id}", "/subscriptions/a"] {
            assert!(!is_template(text), "{text}");
        }
    }

    #[test]
    fn each_fault_has_its_place() {
        fn fault(text: &str) -> Fault<'_> {
            ResourceId::parse(text).expect_err("it is no id")
        }
        assert_eq!(fault("subscriptions/s1"), Fault::NoSlash);
        assert_eq!(fault(""), Fault::Ends { wanted: "subscriptions" });
        assert_eq!(fault("/subscriptions"), Fault::Ends { wanted: "a subscription" });
        let found = Part { text: "groups", start: 18 };
        assert_eq!(
            fault("/subscriptions/s1/groups/g"),
            Fault::Word { found, wanted: "resourceGroups" }
        );
        let empty = Part { text: "", start: 15 };
        assert_eq!(fault("/subscriptions//resourceGroups/g"), Fault::Empty(empty));
        let kind = Part { text: "images", start: GROUP.len() + 2 };
        let nameless = format!("{GROUP}P/images");
        assert_eq!(fault(&nameless), Fault::Nameless(kind));
        let open = format!("{GROUP}P");
        assert_eq!(fault(&open), Fault::Ends { wanted: "a type" });
        let slash = format!("{GROUP}P/images/");
        assert_eq!(fault(&slash), Fault::Empty(Part { text: "", start: slash.len() }));
    }
}
