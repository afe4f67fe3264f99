// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.ipam.Holding;
import dev.brindle.ipam.ReserveBook;
import dev.brindle.ipam.Reserved;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's reserve and who has which of it, on the disk: what no store is needed for to read,
/// and no kill and no reboot makes wrong.
///
/// `booked` has all that the store has booked for the reserve; a file for each pod names those that
/// it has. What is booked and no pod's may be given out. So an address comes back to the reserve by
/// the end of its pod's file, and leaves it for good by leaving `booked`, which comes before the
/// store gives it to anybody.
public final class ReserveJournal implements ReserveBook {

  private static final Logger LOG = LoggerFactory.getLogger(ReserveJournal.class);
  private static final String BOOKED = "booked";
  private static final String END = ".pod";

  private final DurableFiles files;
  private final List<ReservedPod> pods = new ArrayList<>();
  private List<Reserved> booked = List.of();

  /// A file that cannot be read may name addresses that are a pod's: then none is given out.
  private boolean isUnreadable;

  /// @param directory is made when it is first needed; what an earlier daemon left there counts
  /// @throws UncheckedIOException if it cannot be read
  public ReserveJournal(Path directory) {
    this.files = new DurableFiles(directory);
    try {
      if (!files.names(BOOKED).isEmpty()) {
        booked = readBooked();
      }
      for (String name : files.names(END)) {
        read(name).ifPresentOrElse(pods::add, () -> isUnreadable = true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One that is damaged is written anew as soon as the store can be asked.
  private List<Reserved> readBooked() throws IOException {
    try {
      return ReservedPod.addresses(new String(files.read(BOOKED), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      LOG.warn("{} cannot be read: {}", files.file(BOOKED), e.getMessage());
      return List.of();
    }
  }

  private Optional<ReservedPod> read(String name) throws IOException {
    try {
      return Optional.of(ReservedPod.of(files.read(name)));
    } catch (IllegalArgumentException | CniException e) {
      LOG.error(
          "{} cannot be read: no address of the reserve is given out until it is removed and the"
              + " daemon started anew: {}",
          files.file(name),
          e.toString());
      return Optional.empty();
    }
  }

  // ---- the store's side

  @Override
  public synchronized boolean giveUp(Holding holding) {
    if (isUnreadable || used().contains(holding.address())) {
      return false;
    }
    without(Set.of(holding.address()));
    return true;
  }

  @Override
  public synchronized Set<IpAddress> used() {
    return pods.stream()
        .flatMap(pod -> pod.addresses().stream())
        .map(Reserved::address)
        .collect(Collectors.toSet());
  }

  @Override
  public synchronized void booked(List<Reserved> all) {
    if (!Set.copyOf(all).equals(Set.copyOf(booked))) {
      write(all);
    }
  }

  private void without(Set<IpAddress> gone) {
    List<Reserved> left = booked.stream().filter(each -> !gone.contains(each.address())).toList();
    if (left.size() < booked.size()) {
      write(left);
    }
  }

  /// @throws UncheckedIOException if it is not on the disk
  private void write(List<Reserved> all) {
    try {
      files.write(BOOKED, ReservedPod.text(all).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(files.file(BOOKED), e), e);
    }
    booked = List.copyOf(all);
  }

  // ---- the pods' side

  /// What may be given out.
  synchronized List<Reserved> free() {
    Set<IpAddress> used = used();
    return isUnreadable
        ? List.of()
        : booked.stream().filter(each -> !used.contains(each.address())).toList();
  }

  /// Gives a pod addresses. They are on the disk as its own when this returns.
  ///
  /// @param wanted what each of them must be
  /// @throws ReserveException if there is none left of one; says of which
  /// @throws CniException code 11 if it cannot be written down
  synchronized ReservedPod take(
      CniRequest request, CniConfig config, MacAddress mac, List<Wanted> wanted)
      throws ReserveException {
    List<Reserved> taken = new ArrayList<>();
    for (Wanted each : wanted) {
      taken.add(
          free().stream()
              .filter(each.fits())
              .findFirst()
              .orElseThrow(() -> new ReserveException(exhausted(each))));
    }
    var pod = new ReservedPod(request, config, taken, List.of(), mac, false);
    keep(pod);
    pods.add(pod);
    return pod;
  }

  /// Notes a pod that has its addresses from another IPAM plugin: they are on the disk when this
  /// returns.
  ///
  /// @throws CniException code 11 if it cannot be written down
  synchronized ReservedPod note(
      CniRequest request, CniConfig config, MacAddress mac, List<Cidr> given) {
    var pod = new ReservedPod(request, config, List.of(), given, mac, false);
    keep(pod);
    pods.removeIf(each -> each.isOf(request, config));
    pods.add(pod);
    return pod;
  }

  private String exhausted(Wanted wanted) {
    return "the reserve of this node (BRINDLE_IPAM_RESERVE) has no %s left: %d booked, %d of them"
            .formatted(wanted.words(), booked.size(), used().size())
        + " with pods that came since the store went away";
  }

  private void keep(ReservedPod pod) {
    String name = name(pod.request(), pod.config());
    try {
      files.write(name, pod.bytes());
    } catch (IOException e) {
      throw new CniException(
          TRY_AGAIN_LATER,
          "the store is away, and the pod cannot be noted in %s: %s"
              .formatted(files.directory(), e),
          e);
    }
  }

  public synchronized List<ReservedPod> pods() {
    return List.copyOf(pods);
  }

  synchronized Optional<ReservedPod> find(CniRequest request, CniConfig config) {
    return pods.stream().filter(pod -> pod.isOf(request, config)).findFirst();
  }

  /// Somebody begins to tell the store of it.
  synchronized void begin(ReservedPod pod) {
    if (!pod.isBegun()) {
      keep(pod.begun());
      pods.replaceAll(each -> each.equals(pod) ? pod.begun() : each);
    }
  }

  /// It is gone, and its addresses are the reserve's again.
  synchronized void drop(ReservedPod pod) {
    remove(pod);
    // to the end of the line: others may still know of the pod
    Set<Reserved> back = Set.copyOf(pod.addresses());
    List<Reserved> order = new ArrayList<>(booked);
    order.removeIf(back::contains);
    booked.stream().filter(back::contains).forEach(order::add);
    booked = List.copyOf(order);
  }

  /// The store knows it, or what became of it: its addresses are not the reserve's any more.
  synchronized void finish(ReservedPod pod) {
    without(pod.addresses().stream().map(Reserved::address).collect(Collectors.toSet()));
    remove(pod);
  }

  private void remove(ReservedPod pod) {
    String name = name(pod.request(), pod.config());
    try {
      files.remove(name);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be removed: %s".formatted(files.file(name), e), e);
    }
    pods.removeIf(each -> each.isOf(pod.request(), pod.config()));
  }

  private static String name(CniRequest request, CniConfig config) {
    return KeptCall.name(request, config) + END;
  }

  /// @param words for people: `IPv4 address`
  record Wanted(String words, Predicate<Reserved> fits) {}
}
