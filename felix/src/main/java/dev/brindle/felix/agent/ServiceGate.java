// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.policy.rule.ServiceKnowledge;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Whether the agent may begin although it is not known who is behind services. After a restart it
/// waits a little for them, so that rules that name one stay in force meanwhile; not where the
/// store does not allow to ask, and not for ever.
final class ServiceGate {

  static final Duration PATIENCE = Duration.ofSeconds(20);

  /// What is said of them.
  ///
  /// @param why they are not known; empty if they are, or will never be
  record News(ServiceKnowledge knowledge, String why, boolean isFinal) {

    /// All that there was has been told.
    static final News KNOWN = new News(ServiceKnowledge.KNOWN, "", true);

    /// Of a store without Kubernetes.
    static final News NEVER = new News(ServiceKnowledge.UNKNOWN, "", true);

    /// Of a feed that has only begun.
    static final News COMING =
        new News(ServiceKnowledge.UNKNOWN, "they are still asked for", false);

    static News failed(String why, boolean isRefusal) {
      return new News(ServiceKnowledge.UNKNOWN, why, isRefusal);
    }
  }

  private News news;
  private Optional<Instant> deadline = Optional.empty();
  private boolean isOpen;

  ServiceGate(News atFirst) {
    this.news = atFirst;
  }

  /// @return whether it says anything new
  boolean take(News heard) {
    boolean isNew = !heard.equals(news);
    news = heard;
    return isNew;
  }

  /// Asked once everything else is known, and open for ever once it was.
  boolean isOpen(Instant now) {
    if (deadline.isEmpty()) {
      deadline = Optional.of(now.plus(PATIENCE));
    }
    isOpen |= news.isFinal() || !now.isBefore(deadline.get());
    return isOpen;
  }

  /// When to ask again at the latest.
  Duration left(Instant now) {
    return isOpen || deadline.isEmpty() ? ResyncTimer.NEVER : Duration.between(now, deadline.get());
  }

  ServiceKnowledge knowledge() {
    return news.knowledge();
  }

  /// What is wrong; empty if nothing is.
  Optional<String> problem() {
    return news.why().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "who is behind services is not known, so rules that name one allow nothing: "
                + news.why());
  }
}
