// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// DELs that were answered while the store was away: what they would have taken out of it is still
/// to be taken. Each is a file, on the disk before its DEL is answered, and is there until it is
/// done: neither a kill nor a reboot loses one.
///
/// A file is named for network, container and interface, so that a DEL that is repeated is one, and
/// holds the call without the path of its network namespace: that may be another's by then.
public final class PendingDeletes {

  private static final Logger LOG = LoggerFactory.getLogger(PendingDeletes.class);
  private static final String END = ".del";

  /// More than a node has pods. A runtime that makes up containers must not fill the disk.
  private static final int LIMIT = 4096;

  private final DurableFiles files;
  private final BooleanSupplier isStoreAway;
  private final Set<String> known;

  /// @param directory is made when it is first needed; what an earlier daemon left there counts
  /// @param isStoreAway whether it is known that the store would not answer; never waits
  /// @throws UncheckedIOException if the directory cannot be read
  public PendingDeletes(Path directory, BooleanSupplier isStoreAway) {
    this.files = new DurableFiles(directory);
    this.isStoreAway = isStoreAway;
    try {
      this.known = files.names(END);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isStoreAway() {
    return isStoreAway.getAsBoolean();
  }

  public synchronized boolean isEmpty() {
    return known.isEmpty();
  }

  synchronized int size() {
    return known.size();
  }

  synchronized boolean has(CniRequest request, CniConfig config) {
    return known.contains(name(request, config));
  }

  /// Keeps a DEL for later. It is on the disk when this returns.
  ///
  /// @param why it cannot be done now
  /// @throws CniException code 11 if it cannot be kept
  synchronized void keep(CniRequest request, CniConfig config, String why) {
    String name = name(request, config);
    try {
      if (known.size() >= LIMIT && !known.contains(name)) {
        throw new IOException("there are %d already".formatted(LIMIT));
      }
      files.write(name, new KeptCall(request, config, Map.of()).bytes());
    } catch (IOException e) {
      throw new CniException(
          TRY_AGAIN_LATER,
          "datastore: %s; and the DEL cannot be kept in %s for later: %s"
              .formatted(why, files.directory(), e),
          e);
    }
    known.add(name);
    LOG.warn(
        "DEL of container {} is answered, its addresses are given back later ({} such): {}",
        request.containerId(),
        known.size(),
        why);
  }

  /// Forgets a DEL that is done, or whose container is plugged in anew. It is no error if there is
  /// none.
  ///
  /// @throws UncheckedIOException if it is still there
  synchronized void forget(CniRequest request, CniConfig config) {
    String name = name(request, config);
    if (!known.contains(name)) {
      return;
    }
    try {
      files.remove(name);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be removed: %s".formatted(files.file(name), e), e);
    }
    known.remove(name);
  }

  /// All there are. One that cannot be read is named in the log and stays.
  synchronized List<Pending> all() {
    List<Pending> all = new ArrayList<>();
    for (String name : known) {
      try {
        KeptCall call = KeptCall.of(files.read(name), CniConfigReader::readForDeletion);
        all.add(new Pending(call.request(), call.config()));
      } catch (IOException | IllegalArgumentException | CniException e) {
        LOG.error(
            "{} cannot be read, remove it once its addresses are free: {}",
            files.file(name),
            e.toString());
      }
    }
    return all;
  }

  private static String name(CniRequest request, CniConfig config) {
    return KeptCall.name(request, config) + END;
  }

  /// @param request without a network namespace
  record Pending(CniRequest request, CniConfig config) {}
}
