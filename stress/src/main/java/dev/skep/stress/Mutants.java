package dev.skep.stress;

import dev.skep.stress.Mutant.Edit;
import java.util.List;

/// The faults that the checks have to find: at least one for each step of a protocol on which a promise rests.
final class Mutants {
    private Mutants() {}

    /// What the models have to find.
    static final List<Mutant> OF_MODELS = List.of(
            new Mutant(
                    "a process goes to rest although something has arrived",
                    "Inbox",
                    "rest",
                    new Edit.DoNotCompare(),
                    "MailboxModel"),
            new Mutant("a push overwrites another", "Inbox", "push", new Edit.Tear(), "MailboxModel"),
            new Mutant("the inbox is taken in two steps", "Inbox", "takeInbox", new Edit.Tear(), "MailboxModel"),
            new Mutant("a process wakes for one of two", "Inbox", "takeOne", new Edit.DoNotCompare(), "MailboxModel"),
            new Mutant(
                    "a receive takes one of two", "Inbox", "takeOneIntoBatch", new Edit.DoNotCompare(), "ReceiveModel"),
            new Mutant(
                    "nobody borrows a busy process",
                    "Inbox",
                    "attend",
                    new Edit.DoNotAsk("hasArrivals", 0),
                    "BusyModel"),
            new Mutant(
                    "a process does not look before it is busy",
                    "Inbox",
                    "unlock",
                    new Edit.DoNotCompare(),
                    "BusyModel"),
            new Mutant("a process is taken over what has come", "Inbox", "takeFromUser", new Edit.Tear(), "BusyModel"),
            new Mutant(
                    "a borrower is overlooked", "Inbox", "takeFromUser", new Edit.DoNotAsk("isLeft", 1), "BusyModel"),
            new Mutant(
                    "a process is given back over what has come",
                    "Inbox",
                    "giveBack",
                    new Edit.DoNotCompare(),
                    "BusyModel"),
            new Mutant(
                    "a receive sleeps although something has arrived",
                    "Inbox",
                    "rest",
                    new Edit.DoNotCompare(),
                    "ReceiveModel"),
            new Mutant(
                    "a time limit does not unpark",
                    "Blocking$WakeUp",
                    "ring",
                    new Edit.DoNotCall("unpark"),
                    "ReceiveModel"),
            new Mutant("a slot is filled twice", "Slot", "replace", new Edit.Tear(), "SlotModel"),
            new Mutant("who waits parks over an answer", "Slot", "replace", new Edit.DoNotCompare(), "SlotModel"),
            new Mutant("a late answer is accepted", "AwaitedRequest", "replace", new Edit.DoNotCompare(), "CallModel"),
            new Mutant("the next slot is emptied twice", "Worker", "emptySlot", new Edit.Tear(), "NextSlotModel"),
            new Mutant(
                    "who is displaced also leaves otherwise", "Worker", "occupySlot", new Edit.Tear(), "NextSlotModel"),
            new Mutant(
                    "who is displaced is stranded",
                    "Worker",
                    "runNext",
                    new Edit.DoNotCall("startWorker"),
                    "NextSlotModel"),
            new Mutant("one new process overwrites another", "Newborns$Line", "add", new Edit.Tear(), "NewbornsModel"),
            new Mutant(
                    "nobody gives threads to those who wait",
                    "Newborns$Line",
                    "add",
                    new Edit.DoNotCall("startStarter"),
                    "NewbornsModel"),
            new Mutant("a starter overlooks who has come", "Newborns$Line", "lineUp", new Edit.Tear(), "NewbornsModel"),
            new Mutant(
                    "a starter leaves somebody behind",
                    "Newborns$Line",
                    "lineUp",
                    new Edit.DoNotCompare(),
                    "NewbornsModel"),
            new Mutant("a timer rings and is cancelled", "Alarm", "*", new Edit.Tear(), "WheelModel"),
            new Mutant(
                    "a cancelled timer stays in the wheel",
                    "TimingWheel",
                    "cancel",
                    new Edit.DoNotRead("filed"),
                    "WheelModel"),
            new Mutant(
                    "the first timer does not wake the clock",
                    "TimingWheel",
                    "add",
                    new Edit.DoNotCall("wake"),
                    "WheelModel"),
            new Mutant(
                    "a cancelled interval goes on",
                    "ActionTimer",
                    "ringAt",
                    new Edit.DoNotRead("cancelled"),
                    "IntervalModel"),
            new Mutant(
                    "the clock sleeps although it was woken",
                    "SystemClock",
                    "drive",
                    new Edit.DoNotRead("signalled"),
                    "ClockModel"),
            new Mutant("a lease lapses and is released", "Lease", "*", new Edit.Tear(), "DeathModel"),
            new Mutant("a process claims two names", "Process", "claimName", new Edit.Tear(), "NamesModel"),
            new Mutant(
                    "a name of a dead process stays",
                    "Process",
                    "claimName",
                    new Edit.DoNotAsk("isAlive", 1),
                    "NamesModel"),
            new Mutant(
                    "who waits for a name does not look again",
                    "NameWaiters",
                    "claimed",
                    new Edit.DoNotRead("count"),
                    "AwaitedNameModel"),
            new Mutant(
                    "a place is given back to nobody",
                    "CountingBound",
                    "giveBackPlace",
                    new Edit.DoNotCall("serve"),
                    "BlockingMailboxModel"),
            new Mutant(
                    "a place is taken twice", "CountingBound", "tryTakePlace", new Edit.Tear(), "BlockingMailboxModel"),
            new Mutant(
                    "the oldest message is dropped without the monitor",
                    "SheddingBound",
                    "*",
                    new Edit.DoNotLock(),
                    "SheddingMailboxModel"),
            new Mutant(
                    "an entry of a dead process stays",
                    "registry.Table",
                    "register",
                    new Edit.DoNotAsk("isOver", 0),
                    "registry.RegistryModel"));

    /// What the memory tests have to find: the protocols are right, but a field is not volatile.
    static final List<Mutant> OF_MEMORY = List.of(
            new Mutant("the user's code begins over a signal", "Inbox", "unlock", new Edit.Tear(), "AttentionMemory"),
            new Mutant("filed is plain", "Alarm", "*", new Edit.MakePlain("filed"), "CancelMemory"),
            new Mutant("a push overwrites another", "Inbox", "push", new Edit.Tear(), "HandOffMemory"),
            new Mutant("the plan is plain", "TimingWheel", "*", new Edit.MakePlain("plannedTick"), "PlanMemory"),
            new Mutant("who waits parks over an answer", "Slot", "replace", new Edit.DoNotCompare(), "SlotMemory"),
            new Mutant(
                    "the dead are not looked for",
                    "Process",
                    "claimName",
                    new Edit.DoNotAsk("isAlive", 1),
                    "NameMemory"));
}
