// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.linux.kernel.KernelException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls one piece of work, on a thread of its own, with all resources of some kinds: when the
/// datastore has told all it has, after every change that concerns it, and again a little later
/// if it failed. Many changes at once are one call.
final class ResourceLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ResourceLoop.class);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final List<String> NOT_BEGUN = List.of("has not begun");

  private final Map<ResourceKey, Resource> resources = new TreeMap<>();
  private final String name;
  private final Work work;
  private final Concern concern;
  private final Duration retry;
  private final Thread thread;
  private final Feed feed;
  private boolean isInSync;
  private boolean isDirty;
  private volatile boolean isClosing;
  private volatile List<String> problems = NOT_BEGUN;

  /// What is to be done.
  @FunctionalInterface
  interface Work {

    /// @return what did not work; it is tried again
    List<String> attempt(Collection<Resource> resources);
  }

  /// Whether the work comes out differently with or without a resource.
  @FunctionalInterface
  interface Concern {

    /// Must depend on nothing else.
    ///
    /// @param resource as it was before a change, or as it is after
    /// @param all that are known at that moment
    boolean matters(Resource resource, Collection<Resource> all);

    /// The node of whose pods the work wants to hear; nothing if of those of all. The store may
    /// tell of others, too.
    default Optional<String> ownNode() {
      return Optional.empty();
    }

    /// Whether the work can ever ask for a resource: those of other nodes' pods, of which a large
    /// cluster has a hundred thousand, need not be held, nor be looked through at each change.
    ///
    /// @return the same for all that one key ever stands for
    default boolean isHeld(Resource resource) {
      return true;
    }
  }

  ResourceLoop(String name, Datastore datastore, Collection<ResourceKind> kinds, Work work) {
    this(name, datastore, kinds, work, (_, _) -> true, RETRY);
  }

  /// @param retry how long after a failure the work is tried again if nothing else happens
  ResourceLoop(
      String name, Datastore datastore, Collection<ResourceKind> kinds, Work work, Duration retry) {
    this(name, datastore, kinds, work, (_, _) -> true, retry);
  }

  /// @param concern says after which changes there is work
  ResourceLoop(
      String name,
      Datastore datastore,
      Collection<ResourceKind> kinds,
      Work work,
      Concern concern) {
    this(name, datastore, kinds, work, concern, RETRY);
  }

  /// @param retry how long after a failure the work is tried again if nothing else happens
  ResourceLoop(
      String name,
      Datastore datastore,
      Collection<ResourceKind> kinds,
      Work work,
      Concern concern,
      Duration retry) {
    this.name = name;
    this.work = work;
    this.concern = concern;
    this.retry = retry;
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    var listener = new Listener();
    this.feed =
        concern
            .ownNode()
            .map(node -> datastore.feedOfNode(kinds, node, listener))
            .orElseGet(() -> datastore.feed(kinds, listener));
  }

  /// Something else than the resources is another than it was.
  synchronized void again() {
    isDirty = true;
    notifyAll();
  }

  /// What did not work the last time.
  List<String> problems() {
    return problems;
  }

  private void run() {
    Duration pause = Duration.ZERO;
    try {
      while (true) {
        pause = attempt(take(pause)) ? Duration.ZERO : retry;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean attempt(List<Resource> all) {
    List<String> before = problems;
    problems = outcome(all);
    if (isClosing) {
      // interrupted: nothing to tell, nothing to try again
      return true;
    }
    problems.stream()
        .filter(problem -> !before.contains(problem))
        .forEach(problem -> LOG.warn("{}: {}, trying again", name, problem));
    if (problems.isEmpty() && !before.isEmpty() && !before.equals(NOT_BEGUN)) {
      LOG.info("{}: works again", name);
    }
    return problems.isEmpty();
  }

  private List<String> outcome(List<Resource> all) {
    try {
      return work.attempt(all);
    } catch (DatastoreException | KernelException e) {
      return List.of(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      List<String> outcome = List.of(e.toString());
      if (!outcome.equals(problems) && !isClosing) {
        LOG.error("{} failed in a way it should not", name, e);
      }
      return outcome;
    }
  }

  /// @param pause after which there is work even without news; zero for never
  private synchronized List<Resource> take(Duration pause) throws InterruptedException {
    long deadline = System.nanoTime() + pause.toNanos();
    while (!isInSync || !isDirty) {
      if (pause.isZero() || !isInSync) {
        wait();
      } else {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          break;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    }
    isDirty = false;
    return List.copyOf(resources.values());
  }

  @Override
  public void close() {
    isClosing = true;
    feed.close();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Listener implements FeedListener {

    @Override
    public void changed(List<Change> changes) {
      synchronized (ResourceLoop.this) {
        boolean matters = false;
        for (Change change : changes) {
          matters |= take(change);
        }
        if (matters) {
          isDirty = true;
          ResourceLoop.this.notifyAll();
        }
      }
    }

    private boolean take(Change change) {
      Optional<Resource> before = Optional.ofNullable(resources.remove(change.key()));
      Optional<Resource> after = change.value().map(Resource.class::cast).filter(concern::isHeld);
      after.ifPresent(value -> resources.put(change.key(), value));
      return Stream.concat(before.stream(), after.stream())
          .anyMatch(resource -> concern.matters(resource, resources.values()));
    }

    @Override
    public void inSync() {
      synchronized (ResourceLoop.this) {
        isInSync = true;
        isDirty = true;
        ResourceLoop.this.notifyAll();
      }
    }
  }
}
