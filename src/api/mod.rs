//! The API as tables: operations, parameters, models and enums.
//!
//! Everything here is generated from `schemas/`; this module gives it types
//! and look-ups. To change a fact, change the schema.
//!
//! A fact holds in some versions of the API. [`Api`] is the door to those of
//! one version; the functions of this module are short ways to the newest.

mod automaton;
mod error_codes;
pub(crate) mod extensions;
pub(crate) mod images;
mod other_versions;
pub(crate) mod sizes;
mod tables;

use crate::words::same_letters;
use automaton::Automaton;
#[cfg(all(test, feature = "pages"))]
pub(crate) use error_codes::error_codes;
pub(crate) use error_codes::{ErrorCode, Origin, error_code};
pub(crate) use other_versions::{ChangedDefault, Fate, LeavingMember, OtherMember, ValueFate};
pub(crate) use tables::Share;
pub use tables::{
    API_VERSION, Body, Enum, EnumValue, Facts, Flags, Format, Kind, Model, Name, Operation,
    Parameter, ParameterKind, ParameterLocation, Property, Rejection, p,
};
use tables::{ModelRow, TABLES, Tables};

/// One version of the API. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Api {
    tables: &'static Tables,
    version: u8,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Api").field(&self.version()).finish()
    }
}

impl PartialEq for Api {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tables, other.tables) && self.version == other.version
    }
}

impl Eq for Api {}

impl Default for Api {
    fn default() -> Self {
        Api::latest()
    }
}

impl Api {
    /// The newest version that the schemas describe.
    #[must_use]
    pub fn latest() -> Api {
        Api::newest_of(&TABLES)
    }

    fn newest_of(tables: &'static Tables) -> Api {
        let last = tables.versions.len().saturating_sub(1);
        Api { tables, version: u8::try_from(last).unwrap_or_default() }
    }

    /// This version, as in `2024-07-01.20.0`; `None` if the schemas do not
    /// describe it.
    ///
    /// ```
    /// use batchlint::api::Api;
    ///
    /// assert!(Api::of_version("2024-07-01.20.0").is_some());
    /// assert!(Api::of_version("2014-01-01.1.0").is_none());
    /// ```
    #[must_use]
    pub fn of_version(version: &str) -> Option<Api> {
        Api::latest().sibling(version)
    }

    /// The same API in another version.
    pub(crate) fn sibling(self, version: &str) -> Option<Api> {
        let at = self.tables.versions.iter().position(|known| *known == version)?;
        Some(Api { version: u8::try_from(at).ok()?, ..self })
    }

    /// The API with a second, made-up version, which is the newest.
    #[cfg(test)]
    pub(crate) fn made_up() -> Api {
        Api::newest_of(&tables::made_up::TABLES)
    }

    /// The version's name.
    #[must_use]
    pub fn version(self) -> &'static str {
        self.tables.versions.get(usize::from(self.version)).copied().unwrap_or_default()
    }

    /// Every version that the schemas describe, the oldest first.
    pub fn versions(self) -> impl Iterator<Item = &'static str> {
        self.tables.versions.iter().copied()
    }

    /// Every version that has been published, the oldest first, and the day
    /// (ISO 8601) from which requests with it fail, where that is known. Most
    /// are not described by the schemas.
    pub fn published(self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        self.tables.published.iter().copied()
    }

    /// Every operation, in the order of the API's documentation.
    pub fn operations(self) -> impl Iterator<Item = &'static Operation> {
        self.tables.operations.iter().filter(move |one| one.within.contain(self.version))
    }

    /// The operation with this id (`Pools_CreatePool`) or alias (`pool`,
    /// `pool.update`, `job-schedule`). Case does not matter, and `_` stands
    /// for `-` in an alias.
    #[must_use]
    pub fn operation(self, name: &str) -> Option<&'static Operation> {
        let alias = name.replace('_', "-");
        self.operations().find(|operation| {
            operation.id.eq_ignore_ascii_case(name)
                || operation.aliases.iter().any(|known| known.eq_ignore_ascii_case(&alias))
        })
    }

    /// An operation of some version as this one has it.
    pub(crate) fn same_operation(
        self,
        operation: &'static Operation,
    ) -> Option<&'static Operation> {
        let same = |one: &&Operation| std::ptr::eq(*one, operation);
        self.operations().find(same).or_else(|| self.operation(operation.id))
    }

    /// The operation whose method and path a request has, with the values of
    /// the path's parameters in order of appearance. `path` is without host
    /// and query.
    #[must_use]
    pub fn route<'p>(
        self,
        method: &str,
        path: &'p str,
    ) -> Option<(&'static Operation, Vec<(&'static str, &'p str)>)> {
        self.operations()
            .filter(|operation| operation.method.eq_ignore_ascii_case(method))
            .find_map(|operation| Some((operation, match_path(operation.path, path)?)))
    }

    /// The path, query and header parameters of an operation, each with
    /// whether it must be given.
    pub fn parameters(
        self,
        operation: &'static Operation,
    ) -> impl Iterator<Item = (&'static Parameter, bool)> {
        let given = operation.parameters.iter();
        given
            .filter(move |one| one.within.contain(self.version))
            .filter_map(move |one| Some((self.tables.parameters.get(one.parameter)?, one.required)))
    }

    /// What an operation requires of its body beyond what its model requires.
    pub fn body_requires(self, body: &'static Body) -> impl Iterator<Item = Name> {
        let required = body.required.iter();
        required.filter(move |(_, within)| within.contain(self.version)).map(|(name, _)| *name)
    }

    /// Every model that a request body can contain, by name.
    pub fn models(self) -> impl Iterator<Item = Model> {
        (0..self.tables.models.len()).filter_map(|index| u8::try_from(index).ok().map(Model))
    }

    /// The model of this name.
    #[must_use]
    pub fn model(self, name: &str) -> Option<Model> {
        self.models().find(|model| self.model_name(*model) == name)
    }

    fn row(self, model: Model) -> Option<&'static ModelRow> {
        self.tables.models.get(usize::from(model.0))
    }

    /// A model's name in the API.
    #[must_use]
    pub fn model_name(self, model: Model) -> &'static str {
        self.row(model).map_or("", |row| row.name)
    }

    /// What a model is, in a sentence.
    #[must_use]
    pub fn model_description(self, model: Model) -> &'static str {
        self.row(model).map_or("", |row| row.description)
    }

    /// A model's properties, in the order of the schema.
    pub fn properties(self, model: Model) -> impl Iterator<Item = &'static Property> {
        self.rows(model).iter().filter(move |row| row.within.contain(self.version))
    }

    /// The rows of a model, those of other versions among them; the place
    /// among all rows of the first is [`Api::first_row`].
    pub(crate) fn rows(self, model: Model) -> &'static [Property] {
        self.row(model)
            .and_then(|row| {
                self.tables.properties.get(usize::from(row.first)..usize::from(row.end))
            })
            .unwrap_or_default()
    }

    pub(crate) fn first_row(self, model: Model) -> u16 {
        self.row(model).map_or(0, |row| row.first)
    }

    /// Every row of every model, those of other versions among them.
    pub(crate) fn all_rows(self) -> &'static [Property] {
        self.tables.properties
    }

    /// Whether the version has this row.
    pub(crate) fn has(self, row: &Property) -> bool {
        row.within.contain(self.version)
    }

    /// The required properties of a model: a bit for each place in
    /// [`Api::rows`].
    pub(crate) fn required_bits(self, model: Model) -> u64 {
        self.row(model)
            .and_then(|row| row.required.get(usize::from(self.version)).copied())
            .unwrap_or_default()
    }

    /// The property of this name.
    #[must_use]
    pub fn property(self, model: Model, name: &str) -> Option<&'static Property> {
        self.properties(model).find(|property| property.name == name)
    }

    /// The property of a name from [`p`].
    #[must_use]
    pub fn get(self, model: Model, name: Name) -> Option<&'static Property> {
        self.properties(model).find(|property| property.id == name)
    }

    /// The property whose name is this one, or differs from it only in case.
    #[must_use]
    pub fn property_in_any_case(self, model: Model, name: &str) -> Option<&'static Property> {
        self.property(model, name).or_else(|| {
            self.properties(model).find(|property| property.name.eq_ignore_ascii_case(name))
        })
    }

    /// Whether a model requires a property.
    #[must_use]
    pub fn requires(self, property: &Property) -> bool {
        property.required.contain(self.version)
    }

    /// Whether neighbouring versions make a required property optional, so
    /// that a missing one is not surely refused.
    #[must_use]
    pub fn is_required_in_doubt(self, property: &Property) -> bool {
        property.in_doubt.contain(self.version)
    }

    /// Which resources have a property of this name.
    pub(crate) fn share(self, name: &str) -> Option<&'static Share> {
        let at = self.tables.shares.binary_search_by(|known| known.name.cmp(name)).ok()?;
        self.tables.shares.get(at)
    }

    /// Every name that bodies have at their root or one level deeper, or that
    /// answers have, and which resources these are of.
    pub(crate) fn shares(self) -> &'static [Share] {
        self.tables.shares
    }

    /// Whether only answers have this name: it says what a resource is, and no
    /// request asks for it anywhere.
    pub(crate) fn is_state(self, name: &str) -> bool {
        let asked = |row: &Property| row.name == name && !row.flags.contains(Flags::READ_ONLY);
        self.share(name).is_some_and(|share| share.answered != 0 && share.root == 0)
            && !self.all_rows().iter().any(asked)
    }

    /// The name on the wire of what a client library calls so, where the two
    /// differ by more than case and separators.
    pub(crate) fn client_name(self, name: &str) -> impl Iterator<Item = &'static str> {
        let names = self.tables.client_names.iter();
        names.filter(move |(known, _)| same_letters(known, name)).map(|(_, wire)| *wire)
    }

    /// A property's name as text.
    #[must_use]
    pub fn name(self, name: Name) -> &'static str {
        self.tables.names.get(usize::from(name.0)).copied().unwrap_or_default()
    }

    /// The values of an enum, in the order of the schema.
    pub fn values(self, of: Enum) -> impl Iterator<Item = &'static EnumValue> + Clone {
        let values = self.tables.enums.get(usize::from(of.0)).map_or(&[][..], |info| info.values);
        values.iter().filter(move |value| value.within.contain(self.version))
    }

    /// An enum's name in the API, and what it is, in a sentence.
    #[must_use]
    pub fn enumeration(self, of: Enum) -> (&'static str, &'static str) {
        let info = self.tables.enums.get(usize::from(of.0));
        info.map_or(("", ""), |info| (info.name, info.description))
    }

    /// Every regular expression of the schemas.
    #[cfg(test)]
    pub(crate) fn patterns(self) -> impl Iterator<Item = &'static Automaton> {
        self.tables.patterns.iter()
    }

    /// The regular expression that a property's value, or each item, matches.
    #[must_use]
    pub fn pattern(self, property: &Property) -> Option<&'static str> {
        self.automaton(property).map(|automaton| automaton.pattern)
    }

    fn automaton(self, property: &Property) -> Option<&'static Automaton> {
        self.tables.patterns.get(usize::from(property.pattern))
    }

    /// Whether a text matches the pattern of a property's value or items; true
    /// where there is none.
    #[must_use]
    pub fn matches(self, property: &Property, text: &str) -> bool {
        self.automaton(property).is_none_or(|automaton| automaton.matches(text))
    }
}

/// Every operation of the newest version, in the order of its documentation.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    Api::latest().operations()
}

/// The operation of the newest version with this id or alias; see
/// [`Api::operation`].
///
/// ```
/// let pool = batchlint::api::operation("pool").unwrap();
/// assert_eq!(pool.id, "Pools_CreatePool");
/// assert!(batchlint::api::operation("bucket").is_none());
/// ```
#[must_use]
pub fn operation(name: &str) -> Option<&'static Operation> {
    Api::latest().operation(name)
}

/// Holds a path against a template; gives the values of its placeholders.
pub(crate) fn match_path<'p>(
    template: &'static str,
    path: &'p str,
) -> Option<Vec<(&'static str, &'p str)>> {
    let path = if path.len() > 1 { path.strip_suffix('/').unwrap_or(path) } else { path };
    let mut values = Vec::new();
    let (mut template, mut path) = (template, path);
    loop {
        let Some(open) = template.find('{') else {
            return template.eq_ignore_ascii_case(path).then_some(values);
        };
        let head = path.get(..open)?;
        if !head.eq_ignore_ascii_case(&template[..open]) {
            return None;
        }
        let close = open + template[open..].find('}')?;
        let name = &template[open + 1..close];
        path = &path[open..];
        template = &template[close + 1..];
        // A value ends where the template goes on, and never spans segments.
        let end = match template.chars().next() {
            Some(stop) => path.find([stop, '/'])?,
            None => path.find('/').unwrap_or(path.len()),
        };
        if end == 0 {
            return None;
        }
        values.push((name, &path[..end]));
        path = &path[end..];
    }
}

#[cfg(test)]
mod tests;
