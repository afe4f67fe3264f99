// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.discovery;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.NeighbourDiscovery.Listener;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.RouterSocket;
import dev.brindle.linux.model.Link;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The search for the neighbour on one link: advertises us while the link is up, and hears on a
/// thread of its own. All else is on the thread of discovery.
final class LinkSearch {

  /// As FRR does it for unnumbered neighbours.
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private static final Duration LIFETIME = INTERVAL.multipliedBy(3);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /// Between answers to solicitations (RFC 4861 §6.2.6).
  private static final Duration LEAST_PAUSE = Duration.ofSeconds(3);

  private final Libc libc;
  private final String name;
  private final Listener listener;
  private final ScheduledExecutorService thread;

  private @Nullable Ear ear;
  private boolean isClosed;

  /// @param thread of discovery
  LinkSearch(Libc libc, String name, Listener listener, ScheduledExecutorService thread) {
    this.libc = libc;
    this.name = name;
    this.listener = listener;
    this.thread = thread;
  }

  String name() {
    return name;
  }

  /// The link as it is now, if it is there.
  void look(Optional<Link> link) {
    if (isClosed) {
      return;
    }
    boolean isUp = link.filter(it -> it.isUp() && it.hasCarrier()).isPresent();
    if (isUp && ear != null && ear.index == link.get().index()) {
      return;
    }
    hush();
    if (isUp) {
      listen(link.get());
    } else {
      listener.lost(link.isPresent() ? name + " is down" : "there is no interface " + name);
    }
  }

  private void listen(Link link) {
    try {
      Ear opened = new Ear(RouterSocket.open(libc, name, link.index()), link);
      ear = opened;
      listener.lost("waits for a router advertisement on " + name);
      Thread.ofPlatform().daemon().name("discovery-" + name).start(opened::listen);
      opened.advertise();
    } catch (KernelException e) {
      listener.lost(
          "cannot hear router advertisements on %s: %s; run it with CAP_NET_RAW"
              .formatted(name, e.getMessage()));
    }
  }

  private void hush() {
    if (ear != null) {
      ear.isOpen = false;
      ear.socket.stop();
      ear = null;
    }
  }

  void close() {
    isClosed = true;
    hush();
  }

  /// While the link is up.
  private final class Ear {

    private final RouterSocket socket;
    private final int index;
    private final byte[] advertisement;
    private final byte[] solicitation;
    private boolean isOpen = true;
    private boolean hasAsked;

    /// Whether an answer to a solicitation is on its way: those who ask often are answered once.
    private volatile boolean isAnswering;

    Ear(RouterSocket socket, Link link) {
      this.socket = socket;
      this.index = link.index();
      this.advertisement = RouterMessages.advertisement(LIFETIME, link.mac());
      this.solicitation = RouterMessages.solicitation(link.mac());
    }

    // ---- on the thread of discovery

    /// Again and again; soon, until the first gets out: a new address is not to be used at once.
    private void advertise() {
      if (isOpen) {
        boolean isSaid = say(() -> socket.advertise(advertisement));
        if (isSaid && !hasAsked) {
          hasAsked = say(() -> socket.solicit(solicitation));
        }
        later(isSaid ? INTERVAL : RETRY, this::advertise);
      }
    }

    private void answer() {
      isAnswering = false;
      if (isOpen) {
        say(() -> socket.advertise(advertisement));
      }
    }

    /// Nobody hears any more.
    private void close() {
      isOpen = false;
      socket.close();
      if (this == ear) {
        ear = null; // the next look opens another
      }
    }

    private boolean say(Runnable words) {
      try {
        words.run();
        return true;
      } catch (KernelException e) {
        return false; // no address yet, or the link has just gone: tried again
      }
    }

    private void later(Duration pause, Runnable work) {
      @SuppressWarnings("unused") // it looks for itself whether it is still wanted
      var due = thread.schedule(work, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    // ---- on its own thread

    private void heard(HeardRouters routers, IpAddress from, byte[] message) {
      if (RouterMessages.isAdvertisement(from, message)) {
        if (routers.hears(from, System.nanoTime())) {
          listener.found(from);
        }
      } else if (RouterMessages.isSolicitation(message) && !isAnswering) {
        isAnswering = true;
        later(LEAST_PAUSE, this::answer);
      }
    }

    private void listen() {
      HeardRouters routers = new HeardRouters();
      try {
        socket.listen((from, message) -> heard(routers, from, message));
      } catch (KernelException e) {
        listener.lost("cannot hear router advertisements on " + name + ": " + e.getMessage());
      } finally {
        thread.execute(this::close);
      }
    }
  }
}
