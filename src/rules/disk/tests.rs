//! What the fixtures cannot show: rules that must be selected, and days.

use crate::rules::pool::tests::found;

fn codes(machine: &str) -> Vec<String> {
    let text = format!(
        r#"{{ "id": "p", "vmSize": "standard_d2ds_v5", "targetDedicatedNodes": 1,
        "virtualMachineConfiguration": {{ {machine} }} }}"#
    );
    found("disk", "pool", &text, None).into_iter().map(|(code, _)| code).collect()
}

const LINUX: &str = r#""imageReference": { "publisher": "canonical", "offer": "o", "sku": "s" },
    "nodeAgentSKUId": "Batch.Node.Ubuntu 24.04","#;

#[test]
fn targets_of_encryption_are_those_of_the_system() {
    let windows = LINUX.replace("Batch.Node.Ubuntu 24.04", "batch.node.windows amd64");
    let unknown = LINUX.replace("Batch.Node.Ubuntu 24.04", "a custom agent");
    for (machine, targets, flagged) in [
        (LINUX, r#""osdisk", "temporarydisk""#, true),
        (LINUX, r#""osdisk""#, true),
        (LINUX, r#""temporarydisk""#, false),
        (&windows, r#""osdisk""#, true),
        (&windows, r#""temporarydisk""#, true),
        (&windows, r#""temporarydisk", "OsDisk""#, false),
        (&unknown, r#""osdisk""#, false),
    ] {
        let text =
            format!(r#"{machine} "diskEncryptionConfiguration": {{ "targets": [{targets}] }}"#);
        assert_eq!(codes(&text).contains(&"AB2120".to_owned()), flagged, "{text}");
    }
}

#[test]
fn trusted_launch_needs_one_of_the_two() {
    for (kind, uefi, flagged) in [
        ("trustedLaunch", "{}", true),
        ("TrustedLaunch", r#"{ "vTpmEnabled": false }"#, true),
        ("trustedLaunch", r#"{ "vTpmEnabled": true }"#, false),
        ("trustedLaunch", r#"{ "secureBootEnabled": true }"#, false),
        ("trustedLaunch", "null", false),
        ("confidentialVM", "{}", false),
    ] {
        let text = format!(
            r#"{LINUX} "securityProfile": {{ "encryptionAtHost": true, "securityType": "{kind}",
            "uefiSettings": {uefi} }}"#
        );
        assert_eq!(codes(&text).contains(&"AB2121".to_owned()), flagged, "{text}");
    }
}

#[test]
fn data_disks_are_prepared_by_a_start_task_or_an_image() {
    let disks = r#""dataDisks": [{ "lun": 0, "diskSizeGB": 8 }]"#;
    assert_eq!(codes(&format!("{LINUX} {disks}")), ["AB2119"]);
    assert_eq!(codes(&format!(r#"{LINUX} "dataDisks": []"#)), [""; 0]);
    let gallery = r#""imageReference": { "communityGalleryImageId": "x" },
        "nodeAgentSKUId": "batch.node.ubuntu 24.04","#;
    assert_eq!(codes(&format!("{gallery} {disks}")), [""; 0]);
}

#[test]
fn the_end_of_an_encryption_is_told_with_its_day() {
    let text = format!(
        r#"{{ "id": "p", "vmSize": "standard_d2ds_v5", "targetDedicatedNodes": 1,
        "virtualMachineConfiguration": {{ {LINUX}
        "diskEncryptionConfiguration": {{ "targets": ["temporarydisk"] }},
        "securityProfile": {{ "encryptionAtHost": false }} }} }}"#
    );
    for (day, flagged) in [(None, false), (Some("2028-09-14"), true), (Some("2028-09-16"), true)] {
        let codes = found("disk", "pool", &text, day);
        assert_eq!(codes.iter().any(|(code, _)| code == "AB2106"), flagged, "{day:?}");
    }
}
