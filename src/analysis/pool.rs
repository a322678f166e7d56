//! A pool: what its nodes are.

use std::borrow::Cow;

use crate::api::{Name, p};
use crate::document::NodeKind;
use crate::values::image::{Image, is_windows_agent};
use crate::values::vm_size::VmSize;

use super::Cursor;

/// A pool, for the rules that ask what its nodes are. What the document does
/// not tell is `None`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pool<'a> {
    pub(crate) at: Cursor<'a>,
}

impl<'a> Pool<'a> {
    /// Its `virtualMachineConfiguration`.
    pub(crate) fn machine(self) -> Option<Cursor<'a>> {
        self.at.get(p::VIRTUAL_MACHINE_CONFIGURATION)
    }

    /// The size of its nodes, if it is built as one.
    pub(crate) fn size(self) -> Option<VmSize<'a>> {
        VmSize::parse(plain(self.at, p::VM_SIZE)?)
    }

    /// The Marketplace image that its nodes start from.
    pub(crate) fn image(self) -> Option<Image<'a>> {
        self.machine()?.get(p::IMAGE_REFERENCE)?.image()
    }

    /// Whether its nodes run Windows: by the node agent, else by the image.
    pub(crate) fn is_windows(self) -> Option<bool> {
        let agent = self.machine()?.text(p::NODE_AGENT_SKU_ID);
        let told = agent.and_then(|agent| is_windows_agent(&agent));
        told.or_else(|| self.image()?.is_windows())
    }

    /// The objects in its `certificateReferences`.
    pub(crate) fn certificates(self) -> impl Iterator<Item = Cursor<'a>> {
        let list = self.at.get(p::CERTIFICATE_REFERENCES);
        list.into_iter().flat_map(Cursor::items).filter(|item| item.kind() == NodeKind::Object)
    }
}

impl<'a> Cursor<'a> {
    /// The Marketplace image of an `imageReference`; `None` if it names one of a
    /// gallery, or none.
    pub(crate) fn image(self) -> Option<Image<'a>> {
        const IDS: [Name; 3] = [
            p::VIRTUAL_MACHINE_IMAGE_ID,
            p::SHARED_GALLERY_IMAGE_ID,
            p::COMMUNITY_GALLERY_IMAGE_ID,
        ];
        let (mut image, mut has_id) = (Image::default(), false);
        for key in self.keys() {
            let value = key.member_value();
            let Some(property) = value.property().filter(|_| !value.is_shadowed()) else {
                continue;
            };
            let part = match property.id {
                p::PUBLISHER => &mut image.publisher,
                p::OFFER => &mut image.offer,
                p::SKU => &mut image.sku,
                p::VERSION => &mut image.version,
                id => {
                    has_id |= IDS.contains(&id) && value.kind() != NodeKind::Null;
                    continue;
                }
            };
            if let Some(Cow::Borrowed(text)) = value.as_str() {
                *part = text.trim();
            }
        }
        (!has_id && !image.publisher.is_empty() && !image.offer.is_empty()).then_some(image)
    }
}

/// The text of a property, if it is written without escapes, which no name of a
/// size needs.
fn plain(at: Cursor<'_>, name: Name) -> Option<&str> {
    match at.text(name)? {
        Cow::Borrowed(text) => Some(text),
        Cow::Owned(_) => None,
    }
}
