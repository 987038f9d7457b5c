/** The word that starts a worker process of `serving --workers`: no command of the user's, so that no help lists it. */
export const WORKER_COMMAND = "serving-worker";
