// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.api.resource.Change;
import dev.brindle.linux.kernel.Links;

/// What the agent is told.
sealed interface AgentEvent {

  record Changed(Change change) implements AgentEvent {}

  /// All that was in the datastore at the beginning has been told.
  record InSync() implements AgentEvent {}

  /// Whether it is known who is behind services.
  record Services(ServiceGate.News news) implements AgentEvent {}

  record Interface(Links.LinkNews news) implements AgentEvent {}

  /// What the mailbox keeps the newest of.
  default Object key() {
    return switch (this) {
      case Changed(var change) -> change.key();
      case InSync() -> "in sync";
      case Services(_) -> "services";
      case Interface(Links.LinkNews.Changed(var link)) -> "interface " + link.name();
      case Interface(Links.LinkNews.Gone(_, var name)) -> "interface " + name;
      case Interface(Links.LinkNews.AddressesChanged(var index)) -> "addresses " + index;
      case Interface(Links.LinkNews.Lost()) -> "news lost";
    };
  }
}
