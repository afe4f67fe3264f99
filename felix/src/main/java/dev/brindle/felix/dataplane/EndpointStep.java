// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.felix.endpoint.EndpointPlan;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.model.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Settings and neighbour entries of pod interfaces. An interface that was taken away and made anew
/// has another index and is set up again.
final class EndpointStep {

  private final Kernel kernel;
  private final Map<String, Done> done = new HashMap<>();

  EndpointStep(Kernel kernel) {
    this.kernel = kernel;
  }

  boolean isDone(String device) {
    return done.containsKey(device);
  }

  void distrust() {
    done.clear();
  }

  List<String> apply(DesiredState desired, Map<String, Link> links) {
    done.keySet().removeIf(device -> !desired.endpoints().containsKey(device));
    List<String> problems = new ArrayList<>();
    desired
        .endpoints()
        .forEach(
            (device, plan) -> {
              Link link = links.get(device);
              if (link == null || !link.isUp()) {
                done.remove(device);
              } else if (!isDone(link, plan)) {
                setUp(link, plan, problems);
              }
            });
    return problems;
  }

  @SuppressWarnings("ReferenceEquality") // most plans are the very ones of the last time
  private boolean isDone(Link link, EndpointPlan plan) {
    Done before = done.get(plan.device());
    if (before == null || before.link != link.index()) {
      return false;
    }
    if (before.plan == plan) {
      return true;
    }
    boolean isEqual = before.plan.equals(plan);
    if (isEqual) {
      done.put(plan.device(), new Done(link.index(), plan)); // it will be the very one next time
    }
    return isEqual;
  }

  private void setUp(Link link, EndpointPlan plan, List<String> problems) {
    done.remove(plan.device());
    try {
      for (EndpointPlan.SysctlValue value : plan.sysctls()) {
        write(value);
      }
      for (EndpointPlan.SysctlCopy copy : plan.copies()) {
        kernel
            .sysctl()
            .read(copy.from())
            .ifPresent(value -> write(new EndpointPlan.SysctlValue(copy.path(), value)));
      }
      plan.neighbours().forEach(kernel.neighbours()::put);
      done.put(plan.device(), new Done(link.index(), plan));
    } catch (KernelException e) {
      problems.add("interface %s: %s".formatted(plan.device(), e.getMessage()));
    }
  }

  private void write(EndpointPlan.SysctlValue value) {
    boolean isSo = kernel.sysctl().read(value.path()).filter(value.value()::equals).isPresent();
    if (!isSo) {
      kernel.sysctl().write(value.path(), value.value());
    }
  }

  /// What was set up on which interface.
  private record Done(int link, EndpointPlan plan) {}
}
