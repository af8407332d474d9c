//! Figures that say their own unit, in ranges of another.

use super::{holds, pence, text};
use crate::common::Folder;

/// In thousands: Pay 1,500; Rent says £1,234, which is pounds; Care says £1.5m, which is 1,500.
///
/// 2026/27: 1,500,000 + 1,234 + 1,500,000 = 3,001,234 pounds.
#[test]
fn a_figure_with_its_own_sign_of_pounds_is_in_pounds() {
    let folder = Folder::new("import-pounds");
    folder.write(
        "budget.csv",
        "Service,2026/27 £000,2027/28 £000\nPay,\"1,500\",\"1,600\"\nRent,\"£1,234\",£0\nCare,£1.5m,£1.6m\n",
    );
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(&ran.out, &["4 figures say their own unit (£, £k, £m) and were read in it, not in £000"]);
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), Some(300_123_400));
}

/// Every figure shows £ under a heading of £000: nobody can tell, and nothing is read until the map says.
#[test]
fn a_range_full_of_signs_under_a_heading_of_thousands_is_asked_for() {
    let folder = Folder::new("import-pounds-all");
    folder.write(
        "budget.csv",
        "Service,2026/27 £000,2027/28 £000\nPay,\"£1,500\",\"£1,600\"\nRent,£20,£0\nTotal,\"£1,520\",\"£1,600\"\n",
    );
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml", "--width", "200"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(
        &ran.out,
        &[
            "cannot tell whether £1,234 is pounds or £000",
            "B2: holds £1,500, which may be pounds or what the headings say; write unit = \"£\", \"£000\" or \"£m\"",
        ],
    );
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), None);
    let map = text(&folder, "budget.map.toml");
    for (unit, pounds) in [("£", 1_520), ("£000", 1_520_000)] {
        folder.write("budget.map.toml", map.replace("= \"ask\"", &format!("= \"{unit}\"")));
        let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml", "--force", "--exit-code", "--width", "200"]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), Some(pounds * 100), "{unit}");
        let told = "every figure shows £ and was read in £000, as `unit` in the map says";
        assert_eq!(ran.out.contains(told), unit == "£000", "{}", ran.out);
    }
}

#[test]
fn the_sign_of_a_range_is_seen_in_figures_with_their_own_unit() {
    let folder = Folder::new("import-pounds-sign");
    folder.write(
        "budget.csv",
        "Savings,2026/27 £000,2027/28 £000\nAgreed savings,,\nHome First,(£1.5m),(£250k)\nRoutes,(20),(30)\n",
    );
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml", "--exit-code"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    // 1,500,000 + 20,000 saved in the first year.
    assert_eq!(pence(&folder, "plan.toml", "savings@2026/27"), Some(152_000_000));
}
