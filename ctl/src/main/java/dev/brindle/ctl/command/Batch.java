// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
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
  int run(List<Resource> resources, Consumer<Resource> action, Surroundings world) {
    if (resources.isEmpty()) {
      world.out().println("No resources specified");
      return 0;
    }
    List<String> handled = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (Resource resource : resources) {
      try {
        action.accept(resource);
        handled.add(resource.key().toString());
      } catch (ClientException | DatastoreException e) {
        errors.add(String.valueOf(e.getMessage()));
      }
    }
    List<ResourceKind> kinds = resources.stream().map(Resource::kind).toList();
    BatchText text = new BatchText(verb, done, kinds, handled, errors);
    world.out().print(text.out());
    world.err().print(text.err());
    return text.isSuccess() ? 0 : 1;
  }
}
