//! Rules that must be selected, which fixtures do not show.

use crate::rules::pool::tests::found;

fn codes(policy: &str) -> Vec<String> {
    let text = format!(
        r#"{{ "id": "p", "vmSize": "s", "targetDedicatedNodes": 1, "upgradePolicy": {{ {policy} }} }}"#
    );
    found("upgrade", "pool", &text, None).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn options_of_an_upgrade_that_is_off_are_unused() {
    let os = |members: &str| {
        codes(&format!(r#""mode": "automatic", "automaticOSUpgradePolicy": {{ {members} }}"#))
    };
    assert_eq!(os(r#""osRollingUpgradeDeferral": true"#), ["AB1809"]);
    assert_eq!(
        os(r#""enableAutomaticOSUpgrade": false, "disableAutomaticRollback": true"#),
        ["AB1809"]
    );
    assert_eq!(os(r#""osRollingUpgradeDeferral": false"#), [""; 0]);
    assert_eq!(
        os(r#""enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true"#),
        [""; 0]
    );
}

#[test]
fn a_rolling_upgrade_may_say_how() {
    assert_eq!(codes(r#""mode": "Rolling", "rollingUpgradePolicy": {}"#), ["AB1810"]);
    let automatic = r#""mode": "automatic", "automaticOSUpgradePolicy":
        { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true,
          "useRollingUpgradePolicy": true }"#;
    assert_eq!(codes(automatic), ["AB1810"]);
    assert_eq!(codes(r#""mode": "manual""#), [""; 0]);
}

#[test]
fn shares_left_out_are_twenty_percent() {
    let rolling = |members: &str| {
        codes(&format!(r#""mode": "rolling", "rollingUpgradePolicy": {{ {members} }}"#))
    };
    assert_eq!(rolling(r#""maxBatchInstancePercent": 21"#), ["AB1811"]);
    assert_eq!(rolling(r#""maxBatchInstancePercent": 20"#), [""; 0]);
    assert_eq!(rolling(r#""maxUnhealthyInstancePercent": 19"#), ["AB1811"]);
    assert_eq!(rolling(r#""maxUnhealthyInstancePercent": 20"#), [""; 0]);
    assert_eq!(
        rolling(r#""maxBatchInstancePercent": 40, "maxUnhealthyInstancePercent": 40"#),
        [""; 0]
    );
}
