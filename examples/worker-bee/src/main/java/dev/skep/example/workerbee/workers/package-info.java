/// The workers layer: the pool of database workers and the mail outbox, and, for the demo, the clients that put
/// load on the service and the chaos that breaks it. It depends on the data and functions layers; who starts
/// what, and who restarts it, is the lifecycle layer's business.
@NullMarked
package dev.skep.example.workerbee.workers;

import org.jspecify.annotations.NullMarked;
