// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ClusterLock;
import dev.brindle.ctl.client.Initialization;
import dev.brindle.ctl.migrate.ImportFile;
import dev.brindle.ctl.migrate.ImportPlan;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.WriteResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Writes what an export holds into a store that is empty, or that holds a part of it already.
///
/// @param digest of the file
record ImportRun(Datastore store, ImportFile file, String digest, Surroundings world) {

  private static final int SHOWN = 10;
  private static final int TRIES = 10;
  private static final int PROGRESS = 1_000;

  /// @return the exit code
  int run() {
    ImportPlan plan = ImportPlan.of(file, stored());
    refuse(plan);
    for (String node : file.repeatedNodes()) {
      world
          .out()
          .printf(
              "[WARNING] Several nodes of etcd are the Kubernetes node %s. The last of them in the"
                  + " file counts.%n",
              node);
    }
    for (String node : plan.absentNodes()) {
      world
          .out()
          .printf(
              "[WARNING] Attempted to import node %s from etcd that references a nonexistent"
                  + " Kubernetes node. Skipping that node. What it says of BGP is not kept; what"
                  + " IPAM holds for it is.%n",
              node);
    }
    var lock = new ClusterLock(store);
    if (plan.isDone() && lock.isOf(guid()) && lock.unfinishedImport().isEmpty()) {
      world.out().println("All of it is in the datastore already. Nothing was written.");
      return 0;
    }
    lock.shutFor(digest, guid());
    new Initialization(store, new SplittableRandom()).run();
    if (!write("resource(s)", plan.resources(), file.ipam().size())) {
      return 1;
    }
    world.out().println("Importing IPAM resources");
    if (!write("IPAM resource(s)", plan.ipam(), 0)) {
      return 1;
    }
    lock.importFinished();
    if (file.ipam().isEmpty()) {
      throw new ClientException(
          "no IPAM resources specified in file. All else is imported; addresses that are in use"
              + " elsewhere would be given out again");
    }
    world
        .out()
        .println(
            "Datastore information successfully imported. Please refer to the datastore migration"
                + " documentation for next steps.");
    return 0;
  }

  private Collection<Resource> stored() {
    return Stream.concat(
            ImportPlan.KINDS.stream(), Stream.of(ResourceKind.NODE, ResourceKind.PROFILE))
        .flatMap(kind -> store.list(kind).stream())
        .toList();
  }

  private String guid() {
    return file.cluster().spec().clusterGUID();
  }

  private static void refuse(ImportPlan plan) {
    if (!plan.foreign().isEmpty()) {
      throw new ClientException(
          "datastore already has Calico resources: %s. Clear out all Calico resources by deleting all Calico CRDs"
              .formatted(shortened(plan.foreign())));
    }
    if (!plan.namespaces().isEmpty()) {
      throw new ClientException(
          "nothing was imported: Kubernetes has no namespace %s, which resources of the file are in. Create it, or take these resources out of the file"
              .formatted(shortened(plan.namespaces().stream().sorted().toList())));
    }
  }

  private static String shortened(List<String> all) {
    String shown = String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
    return all.size() > SHOWN ? "%s and %d more".formatted(shown, all.size() - SHOWN) : shown;
  }

  /// @param later how many more are to come after these
  /// @return whether all are there
  private boolean write(String words, List<Resource> resources, int later) {
    List<String> errors = new ArrayList<>();
    int done = 0;
    for (Resource resource : resources) {
      try {
        write(resource);
        done++;
      } catch (ClientException | DatastoreException e) {
        errors.add("%s: %s".formatted(resource.key(), e.getMessage()));
        if (!isWorking(errors)) {
          break;
        }
      }
      if ((done + errors.size()) % PROGRESS == 0) {
        world.err().printf("%d of %d %s%n", done + errors.size(), resources.size(), words);
      }
    }
    if (errors.isEmpty()) {
      world.out().printf("Successfully applied %d %s%n", done, words);
      return true;
    }
    world.out().printf("Partial success: applied %d out of %d %s%n", done, resources.size(), words);
    world.err().println("hit error: [" + String.join("\n  ", errors) + "]");
    world
        .err()
        .printf(
            "The import is not finished%s. The datastore stays locked. Say the same again when the"
                + " cause is gone: what is there stays as it is.%n",
            later == 0 ? "" : ", and nothing of IPAM was imported yet");
    return false;
  }

  /// One resource that is refused does not stop the others; a store that is gone does.
  private boolean isWorking(List<String> errors) {
    try {
      store.check();
      return true;
    } catch (DatastoreException e) {
      errors.add(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void write(Resource wanted) {
    WriteResult result = store.create(wanted);
    for (int i = 0; i < TRIES && !(result instanceof WriteResult.Written); i++) {
      Resource there = store.get(wanted.key()).orElse(wanted);
      if (!ImportPlan.isToBeReplaced(wanted)) {
        if (ImportPlan.same(there, wanted)) {
          return; // the answer to an earlier try was lost
        }
        throw new ClientException("somebody else has just stored it, and not as in the file");
      }
      result = store.update(ImportPlan.over(there, wanted));
    }
    if (!(result instanceof WriteResult.Written)) {
      throw new ClientException("somebody else writes it all the time");
    }
  }
}
