package dev.skep;

/// A strict node refuses a message that can be changed after it was sent ([NodeBuilder#strict(boolean)]), or an entry
/// of
/// a registry that can be changed while others look at it. Thrown to the sender; nothing was sent, or entered.
public final class NotSendableException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String path;

    NotSendableException(String path, String fault) {
        super(path + ": " + fault + ". A message is shared, not copied, so it must be immutable: make it of records, "
                + "values and List.copyOf; mark an own type that is safe to share @Sendable, name others' to "
                + "NodeBuilder.sendable");
        this.path = path;
    }

    /// The way from the message to what can be changed.
    ///
    /// @return such as `UserRpc.Create.tags`
    public String path() {
        return path;
    }
}
