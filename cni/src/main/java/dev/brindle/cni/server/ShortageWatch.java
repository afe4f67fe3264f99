// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.net.IpAddress;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Addresses of which it is known when there are no more. Runtimes ask every few seconds, and
/// looking costs a listing of all blocks, so it is looked only after a pod got none, seldom, and
/// not by those who assign.
public final class ShortageWatch implements PodAddresses {

  /// A thousand nodes without addresses list all blocks some thirty times a second together.
  private static final Duration AGAIN = Duration.ofSeconds(30);

  /// How long it is looked after a pod got none, or a look found none.
  private static final Duration SUSPICION = Duration.ofMinutes(10);

  private final PodAddresses addresses;
  private final InstantSource clock;
  private final Map<CniConfig.Ipam, Look> looks = new ConcurrentHashMap<>();
  private volatile Instant suspectedUntil = Instant.MIN;

  /// What was found for networks of these settings.
  private record Look(Instant at, Optional<String> found) {}

  public ShortageWatch(PodAddresses addresses, InstantSource clock) {
    this.addresses = addresses;
    this.clock = clock;
  }

  @Override
  public List<IpAddress> assign(Wish wish) {
    try {
      return addresses.assign(wish);
    } catch (CniException e) {
      suspect();
      throw e;
    }
  }

  private void suspect() {
    suspectedUntil = clock.instant().plus(SUSPICION);
  }

  @Override
  public Optional<String> shortage(CniConfig.Ipam ipam) {
    Instant now = clock.instant();
    if (now.isAfter(suspectedUntil)) {
      looks.clear();
      return Optional.empty();
    }
    Look known = looks.get(ipam);
    if (known != null && now.isBefore(known.at().plus(AGAIN))) {
      return known.found();
    }
    Optional<String> found = addresses.shortage(ipam);
    looks.put(ipam, new Look(now, found));
    if (found.isPresent()) {
      suspect();
    }
    return found;
  }

  /// An ADD releases what an earlier one may have left, mostly nothing.
  @Override
  public boolean release(String handle) {
    boolean isFreed = addresses.release(handle);
    if (isFreed) {
      looks.clear();
    }
    return isFreed;
  }

  @Override
  public void release(String handle, Set<IpAddress> some) {
    addresses.release(handle, some);
    looks.clear();
  }

  @Override
  public List<Held> held(String handle) {
    return addresses.held(handle);
  }

  @Override
  public Set<Booking> bookings() {
    return addresses.bookings();
  }
}
