// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ClusterLock;
import dev.brindle.ctl.client.IpamRecords;
import dev.brindle.ctl.ipam.AddressAudit;
import dev.brindle.ctl.ipam.AuditReport;
import dev.brindle.ctl.ipam.AuditReport.Leak;
import dev.brindle.ctl.ipam.AuditReport.LeakedHandle;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.WriteResult;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.Holding;
import dev.brindle.ipam.block.BlockNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Frees what every one of some reports calls leaked, if it is still as it was then.
///
/// @param isForced whether another version or an unlocked store is only warned of
record ReportRelease(Datastore store, Surroundings world, String version, boolean isForced) {

  private static final long LONGEST_REPORT = 1L << 30;

  /// @return the exit code
  int run(List<String> files) {
    Map<String, AuditReport> reports = new LinkedHashMap<>();
    files.forEach(file -> reports.put(file, AuditReport.parse(file, read(file))));
    check(reports);
    releaseAddresses(List.copyOf(reports.values()));
    releaseHandles(List.copyOf(reports.values()));
    world.out().println("You may now unlock the data store.");
    return 0;
  }

  private void check(Map<String, AuditReport> reports) {
    ClusterInformation cluster = new ClusterLock(store).information();
    reports.forEach(
        (file, report) -> {
          if (!report.clusterGuid().equals(cluster.spec().clusterGUID())) {
            throw mismatch(file, "mismatched cluster GUID. Refusing to release");
          }
        });
    reports.forEach(
        (file, report) -> {
          if (!report.version().equals(version)) {
            refuse(
                mismatch(
                    file,
                    "it was made by version %s, this is %s".formatted(report.version(), version)));
          }
        });
    String revision = cluster.metadata().resourceVersion();
    if (reports.values().stream().noneMatch(report -> report.revision().equals(revision))) {
      throw new ClientException(
          "cluster does not match the provided reports: none is of the current revision %s of"
                  .formatted(revision)
              + " ClusterInformation. Run 'ipam check -o FILE' again");
    }
    if (!AuditReport.isLocked(cluster)) {
      refuse(
          new ClientException(
              "datastore is not locked. Run 'datastore migrate lock' first, so that no address is"
                  + " given out meanwhile"));
    }
  }

  private static ClientException mismatch(String file, String why) {
    return new ClientException(
        "cluster does not match the provided report (%s): %s".formatted(file, why));
  }

  private void refuse(ClientException reason) {
    if (!isForced) {
      throw reason;
    }
    world.err().println("WARNING: " + reason.getMessage());
  }

  private void releaseAddresses(List<AuditReport> reports) {
    Set<Leak> leaked = common(reports.stream().map(AuditReport::leaked).toList());
    if (leaked.isEmpty()) {
      world.out().println("Report didn't contain any leaked IPs to clean up.");
      return;
    }
    world.out().println("Releasing %d old IPs...".formatted(leaked.size()));
    Set<IpAddress> used = AddressAudit.of(IpamRecords.read(store), Instant.now()).users().keySet();
    long usedAgain = leaked.stream().filter(leak -> used.contains(leak.address())).count();
    if (usedAgain > 0) {
      world.out().println("%d addresses are in use now and stay.".formatted(usedAgain));
    }
    Set<Holding> holdings =
        leaked.stream()
            .filter(leak -> !used.contains(leak.address()))
            .map(leak -> new Holding(leak.address(), leak.handle(), leak.sequence()))
            .collect(Collectors.toSet());
    int released = new Allocator(store).releaseHoldings(holdings).size();
    world.out().println("Released %d IPs successfully".formatted(released));
    world
        .out()
        .println(
            "%d addresses marked as leaked in the report had already been cleaned up."
                .formatted(holdings.size() - released));
  }

  private void releaseHandles(List<AuditReport> reports) {
    Set<LeakedHandle> handles = common(reports.stream().map(AuditReport::leakedHandles).toList());
    if (handles.isEmpty()) {
      world.out().println("Report didn't contain any handles to clean up.");
      return;
    }
    world.out().println("Deleting %d handles...".formatted(handles.size()));
    world.out().println("Key: . = deleted, x = not");
    int released = 0;
    int skipped = 0;
    int errors = 0;
    for (LeakedHandle handle : handles) {
      try {
        boolean isGone =
            store.delete(BlockNames.handleKey(handle.id()), handle.revision())
                instanceof WriteResult.Written;
        world.out().print(isGone ? "." : "x");
        released += isGone ? 1 : 0;
        skipped += isGone ? 0 : 1;
      } catch (DatastoreException e) {
        world.out().print("x");
        world.err().println("handle %s: %s".formatted(handle.id(), e.getMessage()));
        errors++;
      }
    }
    world.out().println();
    world
        .out()
        .println(
            "Released %d handles; %d skipped; %d errors.".formatted(released, skipped, errors));
  }

  private static <T> Set<T> common(List<Set<T>> sets) {
    return sets.getFirst().stream()
        .filter(found -> sets.stream().allMatch(other -> other.contains(found)))
        .collect(Collectors.toSet());
  }

  private static String read(String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > LONGEST_REPORT) {
        throw new ClientException("%s is too long for a report".formatted(file));
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw new ClientException("cannot read the report %s: %s".formatted(file, e.getMessage()));
    }
  }
}
