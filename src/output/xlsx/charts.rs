//! Charts over the plan years, drawn from the calculation sheets so that they follow a changed input.

use rust_xlsxwriter::{
    Chart as Drawing, ChartAxisLabelPosition, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartMarker,
    ChartMarkerType, ChartSolidFill, ChartType, Worksheet,
};

use super::layout::{HEAD, calculation_reference};
use super::style::{Look, SERIES};
use super::{Pen, WorkbookError, clipped, plain};
use crate::report::workbook::{Chart, ChartKind};

/// The rows that a chart takes.
const ROWS: u32 = 18;
/// The width and height of a chart.
const SIZE: (u32, u32) = (375, 330);
/// The most characters of a text alternative; the library tells of longer ones on standard error.
const LONGEST_ALTERNATIVE: usize = 250;
/// The most organisations whose charts are drawn.
const MOST: usize = 40;

/// The charts under the headline of the front page; the rows that they take.
pub fn beneath(pen: &mut Pen<'_>, to: &mut Worksheet, row: u32) -> Result<u32, WorkbookError> {
    let Some(first) = pen.book.charts.first() else { return Ok(0) };
    draw(pen, to, row, first)?;
    Ok(ROWS + 1)
}

/// The sheet of all charts.
pub fn sheet(pen: &mut Pen<'_>, to: &mut Worksheet) -> Result<(), WorkbookError> {
    to.set_name("Charts")?;
    pen.set_up(to)?;
    to.set_column_width(0, 52)?;
    to.set_column_range_width(1, 8, 13)?;
    pen.words(to, (0, 0), "Charts", Look::Title)?;
    pen.words(to, (1, 0), "Positive gap = shortfall. Drawn from the Plan and Risk-adjusted sheets.", Look::Line)?;
    let mut row = 3;
    for charts in pen.book.charts.iter().take(MOST) {
        draw(pen, to, row, charts)?;
        row += ROWS + 1;
    }
    Ok(())
}

/// Charts side by side.
fn draw(pen: &Pen<'_>, to: &mut Worksheet, row: u32, charts: &[Chart]) -> Result<(), WorkbookError> {
    for (n, chart) in (0_u32..).zip(charts) {
        let mut drawing = drawn(pen, chart);
        drawing
            .set_width(SIZE.0)
            .set_height(SIZE.1)
            .set_alt_text(clipped(&plain(&chart.alternative), LONGEST_ALTERNATIVE));
        to.insert_chart_with_offset(row, 0, &drawing, n * (SIZE.0 + 10), 4)?;
    }
    Ok(())
}

/// Words of a chart: the library takes those that begin with `=` for a formula, so they begin with a space.
fn label(text: &str) -> String {
    let text = plain(text);
    if text.starts_with('=') { format!(" {text}") } else { text }
}

fn drawn(pen: &Pen<'_>, chart: &Chart) -> Drawing {
    let mut drawing = Drawing::new(match chart.kind {
        ChartKind::Columns => ChartType::Column,
        ChartKind::Lines => ChartType::Line,
    });
    let font = |size: u8| {
        let mut font = ChartFont::new();
        font.set_size(size).set_name("Calibri");
        font
    };
    drawing.title().set_name(label(&chart.title).as_str()).set_font(font(12).set_bold());
    drawing.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(9));
    let last = pen.book.sheet.horizon().years();
    for (n, series) in chart.series.iter().enumerate() {
        let sheet = calculation_reference(series.run);
        let colour = SERIES[n % SERIES.len()];
        let values = format!("={sheet}!{}", pen.layout.range(series.row, Some(1), Some(last)));
        let years = format!("={sheet}!{}", pen.layout.heading_range(HEAD, Some(1), Some(last)));
        let mut format = ChartFormat::new();
        match chart.kind {
            ChartKind::Columns => format.set_solid_fill(ChartSolidFill::new().set_color(colour)),
            ChartKind::Lines => format.set_line(ChartLine::new().set_color(colour).set_width(2)),
        };
        let drawn = drawing.add_series();
        drawn.set_name(label(&series.name).as_str()).set_values(values.as_str()).set_categories(years.as_str());
        drawn.set_format(&mut format);
        match chart.kind {
            ChartKind::Columns => drawn.set_gap(60),
            ChartKind::Lines => {
                let mut fill = ChartFormat::new();
                fill.set_solid_fill(ChartSolidFill::new().set_color(colour));
                drawn.set_marker(ChartMarker::new().set_type(ChartMarkerType::Circle).set_size(5).set_format(&mut fill))
            }
        };
    }
    // Labels stand at the foot of the chart: beside the axis they would lie on the columns below nought.
    drawing.x_axis().set_label_position(ChartAxisLabelPosition::Low).set_font(&font(9));
    drawing.y_axis().set_num_format("£#,##0.0,,\"m\";(£#,##0.0,,\"m\");£0").set_font(&font(9));
    let mut line = ChartLine::new();
    drawing.y_axis().set_major_gridlines_line(line.set_color(rust_xlsxwriter::Color::RGB(0xDDE3EA)));
    drawing
}
