// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.GENERAL;

import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.linux.kernel.KernelException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;

/// What this node still holds of containers that a runtime has forgotten.
///
/// @param turns of all who change a pod's interface
/// @param arrivals who is being added
record PodGarbage(
    String node,
    EndpointStore store,
    PodAddresses addresses,
    PodLinks links,
    Turns turns,
    Arrivals arrivals,
    Logger log) {

  /// Takes away what there is of containers of a network, but for some and for those that arrive
  /// meanwhile. One that fails does not keep the others.
  ///
  /// @param valid IDs of containers
  /// @throws CniException what could not be taken away
  void collect(String network, Set<String> valid) throws InterruptedException {
    List<String> problems = new ArrayList<>();
    try (Arrivals.Watch arriving = arrivals.watch()) {
      for (PodAddresses.Booking booking : inOrder(addresses.bookings())) {
        String handle = booking.handle();
        Optional<String> container = PodIdentity.containerOf(handle, network);
        if (container.isPresent()
            && !valid.contains(container.get())
            && !arriving.hasSeen(handle)) {
          collect(booking, container.get()).ifPresent(problems::add);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new CniException(
          GENERAL,
          "%d containers could not be cleaned up: %s"
              .formatted(problems.size(), String.join("; ", problems)));
    }
  }

  private static List<PodAddresses.Booking> inOrder(Set<PodAddresses.Booking> bookings) {
    return bookings.stream().sorted(Comparator.comparing(PodAddresses.Booking::handle)).toList();
  }

  private Optional<String> collect(PodAddresses.Booking booking, String container)
      throws InterruptedException {
    String hostInterface = PodIdentity.hostInterface(booking.owner(), container);
    try (Turns.Turn _ = turns.take(hostInterface)) {
      boolean isOthers = false;
      for (WorkloadEndpoint endpoint : store.of(node, hostInterface)) {
        boolean isGone = endpoint.spec().containerID().equals(container);
        isOthers |= !isGone;
        if (isGone) {
          store.remove(endpoint.key(), container);
        }
      }
      if (!isOthers) {
        links.unplugHost(hostInterface);
      }
      addresses.release(booking.handle());
      log.info("container {} is gone: what it had is taken away", container);
      return Optional.empty();
    } catch (CniException | DatastoreException | KernelException e) {
      return Optional.of("container %s: %s".formatted(container, e.getMessage()));
    }
  }
}
