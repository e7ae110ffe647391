package dev.skep.guide;

record User(long id, String email) {}
