// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.balancer;

import dev.brindle.api.resource.KubernetesService;
import java.util.Comparator;

/// Who comes first where two might be given the same address: who has told everybody of one,
/// whoever gave it, then who asks for one, then who takes what there is.
public final class ServiceOrder {

  public static final Comparator<KubernetesService> FIRST =
      Comparator.comparing((KubernetesService each) -> each.balancing().ingress().isEmpty())
          .thenComparing(each -> !WishReader.asks(each))
          .thenComparing(KubernetesService::key);

  private ServiceOrder() {}
}
