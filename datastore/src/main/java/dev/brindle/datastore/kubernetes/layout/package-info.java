// SPDX-License-Identifier: Apache-2.0
/// Where resources are in Kubernetes, and what they look like there: as Calico has them.
@NullMarked
package dev.brindle.datastore.kubernetes.layout;

import org.jspecify.annotations.NullMarked;
