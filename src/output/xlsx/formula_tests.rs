//! Each formula's Excel form, worked on a small sheet.
