// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.NotEnforced;
import dev.brindle.ctl.input.Manifest;
import dev.brindle.ctl.output.BatchText;
import dev.brindle.datastore.DatastoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Does one thing to many resources, goes on after a failure, and says what became of it.
///
/// @param verb create, apply, ...
/// @param done created, applied, ...
record Batch(String verb, String done) {

  /// @return the exit code
  int run(List<Manifest> manifests, Consumer<Resource> action, Surroundings world) {
    if (manifests.isEmpty()) {
      world.out().println("No resources specified");
      return 0;
    }
    List<String> handled = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (Manifest manifest : manifests) {
      try {
        action.accept(manifest.resource());
        handled.add(manifest.resource().key().toString());
        NotEnforced.notice(manifest.resource()).ifPresent(world.err()::println);
      } catch (ClientException | DatastoreException e) {
        // of one resource alone nobody asks which it was
        errors.add((manifests.size() > 1 ? manifest + ": " : "") + e.getMessage());
      }
    }
    List<ResourceKind> kinds = manifests.stream().map(found -> found.resource().kind()).toList();
    BatchText text = new BatchText(verb, done, kinds, handled, errors);
    world.out().print(text.out());
    world.err().print(text.err());
    return text.isSuccess() ? 0 : 1;
  }
}
