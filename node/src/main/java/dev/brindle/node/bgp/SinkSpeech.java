// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.linux.kernel.KernelException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the log says of the kernel's routes: not more often than every few seconds, and not for
/// each route.
final class SinkSpeech {

  private static final Logger LOG = LoggerFactory.getLogger(KernelRouteSink.class);
  private static final long PAUSE = Duration.ofSeconds(5).toNanos();
  private static final int EXAMPLES = 3;

  private volatile Optional<String> problem = Optional.empty();
  private int saidMissing;
  private long mayNextSay;

  /// @param now a time as of `System.nanoTime`
  SinkSpeech(long now) {
    mayNextSay = now;
  }

  /// Why nothing at all can be read or written.
  Optional<String> problem() {
    return problem;
  }

  /// Said once, though it is tried again and again.
  void failed(KernelException e) {
    String what = "cannot " + e.getMessage();
    if (!problem.equals(Optional.of(what))) {
      LOG.warn("{}, trying again", what);
      problem = Optional.of(what);
    }
  }

  void works() {
    if (problem.isPresent()) {
      LOG.info("routes can be read and written again");
      problem = Optional.empty();
    }
  }

  void lost(int many) {
    if (many > 0) {
      LOG.info("{} routes went from the kernel without a word: writing them again", many);
    }
  }

  /// When there is something to say, or `wake` if that is sooner.
  long wake(KernelPlan plan, long now, long wake) {
    return plan.missing() == saidMissing ? wake : Math.min(wake, Math.max(now + 1, mayNextSay));
  }

  /// What is not in the kernel; the examples of it are for `say`.
  Optional<List<String>> missing(KernelPlan plan, long now) {
    return plan.missing() == saidMissing || !plan.isIdle() || mayNextSay - now > 0
        ? Optional.empty()
        : Optional.of(plan.missing(EXAMPLES));
  }

  void say(int missing, List<String> examples, long now) {
    saidMissing = missing;
    mayNextSay = now + PAUSE;
    if (missing == 0) {
      LOG.info("all that BGP knows is in the kernel");
    } else {
      LOG.warn(
          "{} prefixes are known by BGP but not in the kernel, such as {}",
          missing,
          String.join("; ", examples));
    }
  }
}
