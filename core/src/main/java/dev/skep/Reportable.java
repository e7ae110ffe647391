package dev.skep;

/// Says itself how it appears in crash reports and status texts. A state or a message that holds
/// secrets implements it to leave them out.
///
/// Erlang: `format_status/1`.
public interface Reportable {
    /// The text for a report. What it throws is noted in place of the text.
    ///
    /// @return a short text without secrets
    String toReport();
}
