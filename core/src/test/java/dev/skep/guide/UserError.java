package dev.skep.guide;

enum UserError {
    EMAIL_TAKEN,
    NOT_FOUND
}
