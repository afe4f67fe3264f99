// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.bfd.live.BfdService;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// What sessions work with.
///
/// @param executor the speaker's thread
/// @param batches for what peers tell
/// @param settle hands on what has changed in the tables
/// @param monitoring those who watch
record Workshop(
    EventExecutor executor,
    Transport transport,
    BfdService bfd,
    InstantSource clock,
    RandomGenerator random,
    BatchPool batches,
    Runnable settle,
    Monitoring monitoring) {}
