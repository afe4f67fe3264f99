// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;
import java.util.Map;

/// Labels and rules that endpoints inherit by naming it.
public record Profile(Metadata metadata, Spec spec) implements Resource {

  public Profile {
    spec = Absent.or(spec, new Spec(List.of(), List.of(), Map.of()));
  }

  @Override
  public Profile withMetadata(Metadata changed) {
    return new Profile(changed, spec);
  }

  public record Spec(List<Rule> ingress, List<Rule> egress, Map<String, String> labelsToApply) {

    public Spec {
      ingress = Absent.asEmpty(ingress);
      egress = Absent.asEmpty(egress);
      labelsToApply = Absent.asEmpty(labelsToApply);
    }
  }
}
