// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.time.Duration;
import java.util.concurrent.Future;

/// Does something of one peer's later, on the speaker's thread, unless it is cancelled.
@FunctionalInterface
interface Later {

  Future<?> after(Duration pause, Runnable work);
}
