// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.linux.kernel.Links;

/// What the agent is told.
sealed interface AgentEvent {

  record Changed(Change change) implements AgentEvent {}

  /// An endpoint that the store does not have yet.
  record NotStored(Unstored endpoint) implements AgentEvent {}

  /// The store has such an endpoint now, under a revision.
  record StoredNow(ResourceKey endpoint, String containerId, String revision)
      implements AgentEvent {}

  /// Whoever had such an endpoint is gone.
  record NotStoredGone(ResourceKey endpoint, String containerId) implements AgentEvent {}

  /// All that was in the datastore at the beginning has been told.
  record InSync() implements AgentEvent {}

  /// Whether it is known who is behind services.
  record Services(ServiceGate.News news) implements AgentEvent {}

  record Interface(Links.LinkNews news) implements AgentEvent {}

  /// What the mailbox keeps the newest of.
  default Object key() {
    return switch (this) {
      case Changed(var change) -> change.key();
      case NotStored(var each) ->
          notStored(each.endpoint().key(), each.endpoint().spec().containerID());
      case NotStoredGone(var endpoint, var containerId) -> notStored(endpoint, containerId);
      case StoredNow(var endpoint, var containerId, _) ->
          "stored now %s %s".formatted(endpoint, containerId);
      case InSync() -> "in sync";
      case Services(_) -> "services";
      case Interface(Links.LinkNews.Changed(var link)) -> "interface " + link.name();
      case Interface(Links.LinkNews.Gone(_, var name)) -> "interface " + name;
      case Interface(Links.LinkNews.AddressesChanged(var index)) -> "addresses " + index;
      case Interface(Links.LinkNews.Lost()) -> "news lost";
    };
  }

  /// By container, so that what is said of one does not take the place of what is said of another.
  private static String notStored(ResourceKey endpoint, String containerId) {
    return "not stored %s %s".formatted(endpoint, containerId);
  }
}
