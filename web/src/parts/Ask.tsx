import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useTexts } from "../texts/use";
import { Mantine } from "./Mantine";
import { useFocusBack } from "./useFocusBack";

/** A dialog before something that counts. Focus goes to the harmless button; Esc and a click beside it mean that button. */
export function Ask({ title, children, back, onClose, actions, wide = false }: { title: string; children: ReactNode; back?: string; onClose: () => void; actions?: ReactNode; wide?: boolean }) {
  const { t } = useTexts();
  useFocusBack();
  return (
    <Mantine>
      <Modal.Root opened onClose={onClose} centered size={wide ? "40rem" : "30rem"} transitionProps={{ duration: 0 }}>
        <Modal.Overlay backgroundOpacity={0.45} />
        <Modal.Content>
          <Modal.Body>
            <Modal.Title>{title}</Modal.Title>
            {children}
            <div className="acts">
              <button type="button" className="btn" data-autofocus onClick={onClose}>{back ?? t("common:back")}</button>
              {actions}
            </div>
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </Mantine>
  );
}
