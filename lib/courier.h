/* courier.h - letters that leave without a worker: mail_delivery = spawn. */
#pragma once
#include "request.h"

/*
 * To be called where a letter was ordered, or may have been. With mail_delivery
 * = spawn, `postern mail run --once --detached` is started once the answer is
 * sent: in a session of its own, without a socket or a variable of the request,
 * and nobody waits for it. The program is the one that mail_command names, or
 * the one where make or make install has put it. That it cannot be started is
 * logged, and the letter waits for the next one.
 */
void courier_call(struct request *request);
