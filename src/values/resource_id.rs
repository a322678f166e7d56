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

    /// Whether it is of this provider and these types, the outermost first.
    pub(crate) fn is_a(&self, provider: &str, kinds: &[&str]) -> bool {
        let types = self.names.iter().map(|(kind, _)| kind);
        self.provider.is(provider)
            && types.len() == kinds.len()
            && types.zip(kinds).all(|(kind, wanted)| kind.is(wanted))
    }

    /// Its type with the provider's: `Microsoft.Network/virtualNetworks/subnets`.
    pub(crate) fn kind(&self) -> String {
        self.names
            .iter()
            .fold(self.provider.text.to_owned(), |kind, (part, _)| kind + "/" + part.text)
    }

    /// The name of the part of this type.
    pub(crate) fn name_of(&self, kind: &str) -> Option<Part<'t>> {
        self.names.iter().find(|(of, _)| of.is(kind)).map(|(_, name)| *name)
    }
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
        assert_eq!(id.kind(), "Microsoft.Network/virtualNetworks/subnets");
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
