use fundgap::scenario::Origin;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    match fundgap::open(&Origin::File(path.into()), &[], &[]) {
        Err(r) => {
            eprintln!("{}", fundgap::output::message::render_all(&r.wrong, &r.sources, false));
            std::process::exit(2)
        }
        Ok(o) => {
            match fundgap::check::expectation::outcomes(&o.plan, &o.results, &o.scenario.expectations) {
                Err(w) => eprintln!("{}", fundgap::output::message::render_all(&w, &o.loaded.sources, false)),
                Ok(all) => {
                    for x in all {
                        println!(
                            "{} {} {} expected {:?} got {:?} ({:?})",
                            if x.met() { "ok  " } else { "FAIL" },
                            x.run.code(),
                            x.address,
                            x.expected,
                            x.rounded,
                            x.actual
                        )
                    }
                }
            }
            if std::env::args().nth(2).is_some() {
                for (id, row) in o.plan.sheet.rows() {
                    println!(
                        "{} {:?}",
                        o.plan.sheet.row_address(id),
                        row.cells().map(|c| o.results.of(fundgap::sheet::Run::Plan).steps(c)).collect::<Vec<_>>()
                    );
                }
            }
            println!("{} cells", o.plan.sheet.len());
        }
    }
}
